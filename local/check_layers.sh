#!/bin/sh
# Holds the layers' requirements to uv.lock, and finds a wheel of each for the processors they are built for.
# Usage: check_layers.sh UV
set -eu
cd "$(dirname "$0")/.."
uv=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for folder in layers/*/; do
	layer=$(basename "$folder")
	"$uv" export --quiet --frozen --no-header --only-group "$layer" -o "$scratch/$layer.txt" >/dev/null
	if ! diff -u "layers/$layer/requirements.txt" "$scratch/$layer.txt"; then
		echo "layers/$layer/requirements.txt is not what uv.lock says. Run: make lock" >&2
		exit 1
	fi
	for platform in aarch64-manylinux_2_34 x86_64-manylinux_2_34; do
		"$uv" pip install --quiet --dry-run --target "$scratch/target" --python-version 3.13 --python-platform "$platform" \
			--only-binary :all: --require-hashes -r "layers/$layer/requirements.txt"
	done
done
