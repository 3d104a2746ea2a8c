"""The settings that LibreOffice runs with: a profile of one file, written anew for each process."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

_COMMON, _CALC, _WRITER = "Office.Common", "Office.Calc", "Office.Writer"
_DEAD_PROXY_PORT = 9  # "discard"; nothing listens there, and a proxy is never asked for a direct connection instead

# (configuration path below org.openoffice, property, value)
_QUIET: list[tuple[str, str, bool | int | str]] = [
    # Macros are not run, not even those of trusted places; neither are OLE objects, controls and plug-ins started.
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", 3),
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", True),
    (f"{_COMMON}/Security/Scripting", "DisableActiveContent", True),  # known to LibreOffice 25.8 and newer
    (f"{_COMMON}/Security/Scripting", "CheckDocumentEvents", True),
    # Nothing that a document links to is fetched, from the network or from disk: only what lies in trusted places is
    # a trusted referrer, and there are none.
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", True),
    (f"{_CALC}/Content/Update", "Link", 1),  # LM_NEVER
    (f"{_WRITER}/Content/Update", "Link", 0),  # NEVER
    # What gets by (the style sheets of HTML do) meets a proxy that is not there.
    ("Inet/Settings", "ooInetProxyType", 2),
    *(("Inet/Settings", f"ooInet{scheme}ProxyName", "127.0.0.1") for scheme in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{scheme}ProxyPort", _DEAD_PROXY_PORT) for scheme in ("HTTP", "HTTPS", "FTP")),
    ("Inet/Settings", "ooInetNoProxy", ""),
]
_PLAIN: list[tuple[str, str, bool | int | str]] = [
    # Without a known last version the first start takes a second more, looking for extensions.
    (f"{_COMMON}/Misc", "FirstRun", False),
    ("Setup/Office", "ooSetupInstCompleted", True),
    ("Setup/Office", "ooSetupSystemLocale", "en-US"),
    # The folder is ours alone.
    (f"{_COMMON}/Misc", "UseLocking", False),
    (f"{_COMMON}/Misc", "UseDocumentOOoLockFile", False),
    (f"{_COMMON}/Misc", "CrashReport", False),
    (f"{_COMMON}/Misc", "UseOpenCL", False),
    (f"{_COMMON}/History", "PickListSize", 0),
    (f"{_COMMON}/Save/Document", "LoadPrinter", False),
    ("Office.Recovery/AutoSave", "Enabled", False),
    ("Office.Recovery/RecoveryInfo", "Enabled", False),
    ("Office.Jobs/Jobs/UpdateCheck/Arguments", "AutoCheckEnabled", False),
    # Never recalculated (RECALC_NEVER): our workbooks carry values that were calculated by an engine that knows more
    # functions than LibreOffice, and those of others show what their author saw. LibreOffice does calculate formulas
    # that have no value, and makes an exception of its own for files of programs that it does not know.
    (f"{_CALC}/Formula/Load", "OOXMLRecalcMode", 1),
    (f"{_CALC}/Formula/Load", "ODFRecalcMode", 1),
]
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{items}
</oor:items>
"""


def write_profile(folder: Path, *, version: str, is_hardened: bool = True) -> None:
    """Makes `folder` a profile for LibreOffice `version`. Only tests have use for one that is not hardened."""
    settings = [*_PLAIN, *(_QUIET if is_hardened else [])]
    if version:
        settings.append(("Setup/Product", "ooSetupLastVersion", version))
    (folder / "user").mkdir(parents=True)
    items = "\n".join(_item(*setting) for setting in settings)
    (folder / "user" / "registrymodifications.xcu").write_text(_DOCUMENT.format(items=items), "utf-8")


def _item(path: str, name: str, value: bool | int | str) -> str:
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    inner = f'<prop oor:name="{name}" oor:op="fuse"><value>{text}</value></prop>'
    return f'<item oor:path="/org.openoffice.{path}">{inner}</item>'
