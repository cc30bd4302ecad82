"""Runs the commands of run-country.ps1, or of a page's PowerShell blocks, under Wine, in order.

    run_steps.py script FILE.ps1 BIN URL FOLDER    every `Invoke-Tool NAME …` of the script
    run_steps.py page FILE.md BIN                  every command of the blocks marked powershell that is one of the tools

There is no PowerShell beside Wine: what is checked is that each command, with its variables replaced, is one that the
tools accept and that the files of one step are those that the next one reads.
"""

import re
import subprocess
import sys
from pathlib import Path

TOKEN = re.compile(r"""\s*(@\(|\(|\)|,|\+|'[^']*'|"[^"]*"|\$\w+|[^\s,()]+)""")


def expand(text, variables):
    """A string in double quotes with its $NAME replaced."""
    return re.sub(r"\$(\w+)", lambda match: variables[match.group(1)], text)


def arguments(expression, variables):
    """The strings of a PowerShell expression of arrays, strings, variables, commas and plus signs."""
    found = []
    for token in TOKEN.findall(expression):
        if token in ("@(", "(", ")", ",", "+"):
            continue
        if token.startswith("'"):
            found.append(token[1:-1])
        elif token.startswith('"'):
            found.append(expand(token[1:-1], variables))
        elif token.startswith("$"):
            value = variables[token[1:]]
            found += value if isinstance(value, list) else [value]
        else:
            found.append(token)
    return found


def run(bin_folder, tool, words, expected=0):
    """Runs a tool under Wine and ends this script if it does not end with the expected status."""
    print("+", tool, *words, flush=True)
    status = subprocess.run(["wine", str(Path(bin_folder) / (tool + ".exe")), *words], stdin=subprocess.DEVNULL).returncode
    if status != expected:
        sys.exit(f"run_steps: {tool} ended with {status}, expected {expected}")


def run_script(script, bin_folder, url, folder):
    """The steps of the country XSC, with a raster of its own in place of WorldPop's."""
    base = folder + r"\runs\XSC-2025-R2025A"
    variables = {
        "Country": "XSC", "Year": "2025", "level": "2", "release": "R2025A", "dataSet": "dsPopYear01", "url": url,
        "Folder": folder, "run": base, "units": folder + r"\runs\XSC\orgunits.geojson", "compare": [], "WorldPop": [],
        "rasterPath": folder + r"\sample\xsc_pop_2025_CN_100m_R2025A_v1.tif", "name": "xsc_pop_2025_CN_100m_R2025A_v1",
        "mapping": r"C:\headcount\countries\XSC-mapping.toml",
        "exceptions": ["--exceptions", r"C:\headcount\countries\XSC-exceptions.csv"],
        "orgUnits": [], "catchments": [], "values": [], "lang": ["--lang", "fr"],
        "receipt": base + r"\receipt.json",
    }
    # The folders that the script makes.
    here = Path.cwd()
    for made in ("runs/XSC", "runs/XSC-2025-R2025A"):
        (here / made).mkdir(parents=True, exist_ok=True)
    steps = []
    for line in Path(script).read_text(encoding="utf-8").splitlines():
        match = re.match(r"\s*Invoke-Tool ([\w-]+) (.*)$", line)
        if match:
            steps.append((match.group(1), arguments(match.group(2), variables)))
    done = set()
    for tool, words in steps:
        done.add(tool)
        if tool == "catchments":
            # The units of this country have outlines; the facilities of the sample are tried in their place.
            facilities = folder + r"\runs\XSC\facilities.geojson"
            run(bin_folder, "fetch-orgunits", ["--url", url, "--level", "3,4", "-o", facilities])
            words = ["--within-level", "3", facilities, *words[1:-1], folder + r"\runs\XSC\catchments.geojson"]
            run(bin_folder, tool, words)
            continue
        if tool == "fetch-worldpop":
            # WorldPop is not asked: offline, without a mirror, its file is missing (4).
            run(bin_folder, tool, words + ["--offline"], expected=4)
            continue
        run(bin_folder, tool, words)
        if words[-1] == variables["units"]:
            (here / "runs/XSC-2025-R2025A/orgunits.geojson").write_bytes((here / "runs/XSC/orgunits.geojson").read_bytes())
            variables["compare"] = ["--compare", variables["units"]]
    wanted = {"fetch-orgunits", "fetch-worldpop", "clip-raster", "zonal-sum", "fetch-metadata", "to-datavalueset", "push", "catchments", "review"}
    if done != wanted:
        sys.exit(f"run_steps: {script} runs {sorted(done)}, expected {sorted(wanted)}")


def main():
    what, *rest = sys.argv[1:]
    if what == "script":
        run_script(*rest)
    else:
        run_page(*rest)


def run_page(page, bin_folder):
    """The commands of a page whose first word is a tool; the rest is PowerShell's own."""
    text = Path(page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```powershell\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    programs = {path.stem for path in Path(bin_folder).glob("*.exe")}
    count = 0
    for line in "".join(blocks).replace("`\n", " ").splitlines():
        first = line.split()[0].replace(".exe", "") if line.strip() else ""
        if first in programs:
            run(bin_folder, first, arguments(line, {})[1:])
            count += 1
    if count < 8:
        sys.exit(f"run_steps: only {count} commands in {page}")


if __name__ == "__main__":
    main()
