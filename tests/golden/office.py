"""LibreOffice with a profile and fonts of its own, so that what it draws depends on nothing else of the machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

# What .ci/run installs. A machine may have more fonts; they are not looked at, as they would be drawn with.
FONT_FOLDERS = ("truetype/liberation", "truetype/crosextra", "truetype/libreoffice")
FONTS = ("Carlito", "Caladea", "Liberation Sans", "Liberation Serif", "Liberation Mono", "OpenSymbol")
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  {folders}
  <include ignore_missing="yes">/etc/fonts/conf.d</include>
  <selectfont>
    <rejectfont><glob>*</glob></rejectfont>
    <acceptfont>{accepted}</acceptfont>
  </selectfont>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
# With it, formulas are calculated anew on loading: what LibreOffice shows is its own result and not ours.
_RECALCULATING = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
    <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
  </item>
</oor:items>
"""


@cache
def program() -> str | None:
    return shutil.which("soffice")


@cache
def version() -> str:
    """Such as 7.4.7.2; empty without LibreOffice."""
    if program() is None:
        return ""
    said = subprocess.run([str(program()), "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    return found.group() if found else ""


def missing_fonts(folder: Path) -> list[str]:
    """Those of FONTS that LibreOffice would not find."""
    command = ["fc-list", ":", "family"]
    listed = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env=_environment(folder)
    ).stdout
    return [font for font in FONTS if font not in listed]


def convert(files: Iterable[Path], target: str, folder: Path, *, recalculated: bool = False) -> None:
    """Converts files to a format ("pdf", "xlsx"), all in one go, into `folder`; with all formulas `recalculated`."""
    profile = folder / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    if recalculated:
        settings.parent.mkdir(parents=True)
        settings.write_text(_RECALCULATING)
    command = [
        str(program()), f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", target,
        "--outdir", str(folder), *map(str, files),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=600, env=_environment(folder))


def _environment(folder: Path) -> dict[str, str]:
    configuration = folder / "fonts.conf"
    if not configuration.exists():
        roots = [Path("/usr/share/fonts") / name for name in FONT_FOLDERS]
        configuration.write_text(
            _FONTCONFIG.format(
                folders="".join(f"<dir>{root}</dir>" for root in roots),
                accepted="".join(f"<glob>{root}/*</glob>" for root in roots),
                cache=folder / "fontcache",
            )
        )
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "FONTCONFIG_FILE": str(configuration), "LANG": "C.UTF-8"}
