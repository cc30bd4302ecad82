<#
.SYNOPSIS
One country and year on Windows: what the Makefile does elsewhere, one tool per step.

.DESCRIPTION
A country is a small file, countries\XXX.mk. A run is a folder, runs\country-year-release; it can be stopped and
resumed at any step, and is closed once it holds a receipt. A step runs those before it whose files are missing or
older than what they are made from. Only the step push writes to DHIS2.

.EXAMPLE
.\run-country.ps1 -Country SLE -Year 2025 -Step sums

.EXAMPLE
.\run-country.ps1 -Country SLE -Year 2025 -Step plan -Raster D:\rasters\sle_pop_2025_CN_100m_R2025A_v1.tif

.EXAMPLE
.\run-country.ps1 -Country SLE -Year 2025 -Step review -Language fr

.EXAMPLE
.\run-country.ps1 -Country SLE -Step refresh-orgunits
#>
[CmdletBinding()]
param(
    # ISO code: the name of a file in the folder countries
    [Parameter(Mandatory = $true)] [string] $Country,
    # Year of the population; every step but refresh-orgunits needs it
    [int] $Year,
    [ValidateSet('orgunits', 'raster', 'sums', 'datavalues', 'plan', 'review', 'push', 'refresh-orgunits')]
    [string] $Step = 'plan',
    # A raster of your own instead of WorldPop's
    [string] $Raster,
    # Further flags of fetch-worldpop, such as '--resolution', '1km'
    [string[]] $WorldPop = @(),
    # Of the page of the step review: en or fr; without it, that of the environment
    [string] $Language,
    # Where the tools are
    [string] $Bin = "$PSScriptRoot\bin",
    # Where the countries are
    [string] $Countries = "$PSScriptRoot\countries",
    # Where runs, rasters and the lock file go
    [string] $Folder = '.'
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# The tools write UTF-8. A task of the Task Scheduler has no console that could be told so.
try { [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false } catch { Write-Verbose "$_" }

function Stop-Run([string] $Message, [int] $Status = 2) {
    [Console]::Error.WriteLine("run-country: $Message")
    exit $Status
}

# What is done first where a tool ends with 1: a check found something.
$afterFinding = $null

# Runs a tool; where it fails, this script ends with its exit code.
function Invoke-Tool([string] $Tool, [string[]] $Arguments) {
    Write-Host "$Tool $Arguments"
    if (-not (Test-Path -LiteralPath "$Bin\$Tool.exe")) { Stop-Run "there is no $Bin\$Tool.exe; name the folder of the tools with -Bin" }
    & "$Bin\$Tool.exe" $Arguments
    $status = $LASTEXITCODE
    if ($status -eq 1 -and $script:afterFinding) { & $script:afterFinding }
    if ($status -ne 0) { exit $status }
}

# Whether a file is there, and not older than those it is made from.
function Test-Current([string] $Output, [string[]] $Inputs) {
    if (-not (Test-Path -LiteralPath $Output)) { return $false }
    $made = (Get-Item -LiteralPath $Output).LastWriteTimeUtc
    foreach ($file in $Inputs) {
        if ((Get-Item -LiteralPath $file).LastWriteTimeUtc -gt $made) { return $false }
    }
    return $true
}

# ---------------------------------------------------------------- the country and its run

$file = "$Countries\$Country.mk"
if (-not (Test-Path -LiteralPath $file)) {
    Stop-Run "there is no $file; copy $Countries\XSC.mk there and fill it in"
}
$settings = @{}
foreach ($line in Get-Content -LiteralPath $file -Encoding UTF8) {
    if ($line -match '^([A-Z_]+) *= *(.*?) *$') { $settings[$Matches[1]] = $Matches[2] }
}
foreach ($name in 'URL_VARIABLE', 'LEVEL', 'RELEASE', 'DATA_SET', 'MAPPING') {
    if (-not $settings[$name]) { Stop-Run "$file sets no $name" }
}
$level = $settings['LEVEL']
$release = $settings['RELEASE']
$dataSet = $settings['DATA_SET']
# Paths in the file are relative to the folder that holds countries.
$root = Split-Path -Parent (Resolve-Path -LiteralPath $Countries)
$mapping = "$root\$($settings['MAPPING'])"
$exceptions = @()
if ($settings['EXCEPTIONS']) { $exceptions = @('--exceptions', "$root\$($settings['EXCEPTIONS'])") }
# Further flags of a country, separated by blanks: of fetch-orgunits, catchments and to-datavalueset.
function Get-Flags([string] $Name) { @("$($settings[$Name])" -split '\s+' | Where-Object { $_ }) }
$orgUnits = @(Get-Flags 'ORGUNITS' | ForEach-Object { $_ -replace '^file:(?![A-Za-z]:|[\\/])', "file:$root\" })
$catchments = @(Get-Flags 'CATCHMENTS')
$values = @(Get-Flags 'VALUES')
$lang = @()
if ($Language) { $lang = @('--lang', $Language) }

# The server's address stays out of the committed files: the country names the variable that holds it.
$url = [Environment]::GetEnvironmentVariable($settings['URL_VARIABLE'])
function Assert-Server {
    if (-not $url) { Stop-Run "`$env:$($settings['URL_VARIABLE']) is not set: it holds the address of the server of $Country" }
}

$units = "$Folder\runs\$Country\orgunits.geojson"
if ($Step -eq 'refresh-orgunits') {
    New-Item -ItemType Directory -Force -Path "$Folder\runs\$Country" | Out-Null
    Assert-Server
    $compare = @()
    if (Test-Path -LiteralPath $units) { $compare = @('--compare', $units) }
    Invoke-Tool fetch-orgunits (@('--url', $url, '--level', $level) + $orgUnits + $compare + @('-o', $units))
    exit 0
}
if (-not $Year) { Stop-Run "name the year, as in: -Country $Country -Year 2025 -Step $Step" }

$run = "$Folder\runs\$Country-$Year-$release"
New-Item -ItemType Directory -Force -Path $run, "$Folder\runs\$Country" | Out-Null

# A closed run is evidence: only push looks at it again. The receipt of a push that sent nothing closes nothing.
$receipt = "$run\receipt.json"
$closed = ((Test-Path -LiteralPath "$receipt.journal") -and (Get-Item -LiteralPath "$receipt.journal").Length -gt 0) -or
    ((Test-Path -LiteralPath $receipt) -and -not (Select-String -LiteralPath $receipt -Pattern '"outcome":"nothing"' -Quiet))
if ($closed -and $Step -ne 'push') { Stop-Run "$run holds a receipt and is closed; rename the folder to run again" }

# ---------------------------------------------------------------- the steps

function Invoke-OrgUnits {
    if (-not (Test-Path -LiteralPath $units)) {
        Assert-Server
        Invoke-Tool fetch-orgunits (@('--url', $url, '--level', $level) + $orgUnits + @('-o', $units))
    }
    if (-not (Test-Current "$run\orgunits.geojson" @($units))) {
        if ($catchments) {
            Invoke-Tool catchments ($catchments + @($units, '-o', "$run\orgunits.geojson"))
        }
        else {
            Copy-Item -LiteralPath $units -Destination "$run\orgunits.geojson"
        }
    }
}

function Invoke-Raster {
    Invoke-OrgUnits
    if ($Raster) {
        # Another raster than last time makes all that follows anew, whatever its date.
        $last = ''
        if (Test-Path -LiteralPath "$run\raster.path") { $last = Get-Content -LiteralPath "$run\raster.path" -Encoding UTF8 -TotalCount 1 }
        if ($last -ne $Raster) { Set-Content -LiteralPath "$run\raster.path" -Value $Raster -Encoding UTF8 }
    }
    else {
        if (-not (Test-Path -LiteralPath "$run\raster.path")) {
            Invoke-Tool fetch-worldpop (@('--iso', $Country, '--year', $Year, '--release', $release) + $WorldPop + @('--folder', "$Folder\rasters", '--lock', "$Folder\worldpop.lock", '--format', 'paths', '-o', "$run\raster.path", '--provenance', "$run\fetch.provenance.json"))
        }
    }
    $script:rasterPath = Get-Content -LiteralPath "$run\raster.path" -Encoding UTF8 -TotalCount 1
    if (-not (Test-Path -LiteralPath $rasterPath)) { Stop-Run "there is no $rasterPath" 4 }
    if (-not (Test-Current "$run\raster.tif" @($rasterPath, "$run\raster.path", "$run\orgunits.geojson"))) {
        Invoke-Tool clip-raster @('-r', $rasterPath, "$run\orgunits.geojson", '-o', "$run\raster.tif", '--provenance', "$run\raster.provenance.json")
    }
}

function Invoke-Sums {
    Invoke-Raster
    $name = [IO.Path]::GetFileNameWithoutExtension($rasterPath)
    if (-not (Test-Current "$run\sums.csv" @("$run\raster.tif", "$run\orgunits.geojson")) -or -not (Test-Path -LiteralPath "$run\balance.json")) {
        Invoke-Tool zonal-sum @('-r', "$name=$run\raster.tif", "$run\orgunits.geojson", '-o', "$run\sums.csv", '--balance', "$run\balance.json", '--provenance', "$run\sums.provenance.json")
    }
}

function Invoke-DataValues {
    Invoke-Sums
    if (-not (Test-Path -LiteralPath "$run\metadata.json")) {
        Assert-Server
        Invoke-Tool fetch-metadata @('--url', $url, '--data-set', $dataSet, '-o', "$run\metadata.json")
    }
    if (-not (Test-Current "$run\datavalues.json" (@("$run\sums.csv", "$run\metadata.json", $mapping) + @($exceptions | Select-Object -Skip 1)))) {
        Invoke-Tool to-datavalueset (@('--mapping', $mapping, '--metadata', "$run\metadata.json") + $values + $exceptions + @("$run\sums.csv", '-o', "$run\datavalues.json", '--provenance', "$run\datavalues.provenance.json"))
    }
}

function Invoke-Plan {
    Invoke-DataValues
    if (-not (Test-Current "$run\plan.json" @("$run\datavalues.json")) -or -not (Test-Path -LiteralPath "$run\plan.csv")) {
        Assert-Server
        # A plan with refusals is to be read, never to be pushed: it gets another name, and the next run makes the plan again.
        Remove-Item -LiteralPath "$run\refused-plan.json" -ErrorAction SilentlyContinue
        $script:afterFinding = { Move-Item -Force -LiteralPath "$run\plan.json" -Destination "$run\refused-plan.json" }
        Invoke-Tool push @('--url', $url, "$run\datavalues.json", '-o', "$run\plan.json", '--plan-table', "$run\plan.csv")
        $script:afterFinding = $null
    }
}

function Invoke-Review {
    Invoke-Plan
    if (-not (Test-Current "$run\review.html" @("$run\plan.json", "$run\balance.json"))) {
        Invoke-Tool review (@("$run\plan.json", '--org-units', "$run\orgunits.geojson", '--balance', "$run\balance.json", '--sums', "$run\sums.csv") + $exceptions + @('--provenance-record', "$run\raster.provenance.json", '--provenance-record', "$run\sums.provenance.json", '--provenance-record', "$run\datavalues.provenance.json") + $lang + @('-o', "$run\review.html"))
    }
}

# Resumes what a receipt leaves open, or says that all is done.
function Invoke-Push {
    Assert-Server
    if (-not $closed) { Invoke-Plan }
    Invoke-Tool push @('--url', $url, "$run\datavalues.json", '--plan', "$run\plan.json", '--commit', '--receipt', $receipt)
}

switch ($Step) {
    'orgunits' { Invoke-OrgUnits }
    'raster' { Invoke-Raster }
    'sums' { Invoke-Sums }
    'datavalues' { Invoke-DataValues }
    'plan' { Invoke-Plan }
    'review' { Invoke-Review }
    'push' { Invoke-Push }
}
