# English. One message a line: key = text. Another language is another file of this folder with the same keys.
# Guide: https://projectfluent.org/fluent/guide/

## Numbers

number-group = ,
number-decimal = .
number-minus = −
percent = { $number }{ "\u00A0" }%

## Counts

units = { $count ->
    [one] { $count } unit
   *[other] { $count } units
}
