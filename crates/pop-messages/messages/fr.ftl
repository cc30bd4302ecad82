# Français. Un message par ligne : clé = texte. Les clés sont celles de en.ftl.
# Guide : https://projectfluent.org/fluent/guide/

## Numbers

number-group = { "\u202F" }
number-decimal = ,
number-minus = −
percent = { $number }{ "\u202F" }%

## Counts

units = { $count ->
    [one] { $count } unité
   *[other] { $count } unités
}
