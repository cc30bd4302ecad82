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
rows = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
less-than = < { $number }
hidden = masqué
level = niveau { $level }

## Review page: what is asked

title-plan = Chiffres de population à enregistrer : plan { $hash }
title-undo = Chiffres de population à retirer : plan { $hash }
title-comparison = Chiffres de population comparés : comparaison { $hash }
asked-plan = { $values ->
    [one] Enregistrer { $values } valeur
   *[other] Enregistrer { $values } valeurs
} pour { $units ->
    [one] { $units } unité
   *[other] { $units } unités
} dans l’ensemble de données { $set } de DHIS2 { $version } (système { $system }) : { $total }
asked-undo = { $values ->
    [one] Retirer { $values } valeur
   *[other] Retirer { $values } valeurs
} de { $units ->
    [one] { $units } unité
   *[other] { $units } unités
} de l’ensemble de données { $set } de DHIS2 { $version } (système { $system }) : { $total }
asked-comparison = { $values ->
    [one] Remplacer { $values } chiffre
   *[other] Remplacer { $values } chiffres
} de { $units ->
    [one] { $units } unité
   *[other] { $units } unités
} : { $total }
asked-total-new = { $name } : { $after } personnes, là où rien n’est enregistré.
asked-total-changed = { $name } : { $after } personnes au lieu de { $before } ({ $difference }, { $change }).
asked-total-other-values = { $name } : { $after } personnes ; { $before } sont enregistrées aujourd’hui, pour d’autres unités ou groupes.
asked-nothing = il ne contient aucune valeur.
no-data-set = (aucun n’est nommé)
plan-sha256 = SHA-256 du plan
payload-sha256 = SHA-256 des valeurs
page-of = page # sur
suppressed = Les effectifs inférieurs à { $number } ne sont pas montrés, ni ceux dont on pourrait les déduire.

## Review page: sections

heading-summary = Population, changements et unités signalées
caption-totals = Totaux avant et après
caption-counts = Valeurs selon ce qu’elles deviennent
people = Personnes
old = Ancien
new = Nouveau
difference = Différence
change = Variation
class = Ce qui se passe
values = Valeurs
flagged-count = { $count ->
    [0] Aucune unité n’est signalée.
    [one] { $count } unité est signalée.
   *[other] { $count } unités sont signalées.
}
missing-count = { $count ->
    [0] Toutes les unités ont une valeur.
    [one] { $count } unité n’a pas de valeur.
   *[other] { $count } unités n’ont pas de valeur.
}
refused-count = { $count ->
    [one] { $count } valeur serait refusée : rien n’est enregistré tant que ce n’est pas réglé.
   *[other] { $count } valeurs seraient refusées : rien n’est enregistré tant que ce n’est pas réglé.
}
not-in-set-count = { $count ->
    [one] { $count } valeur enregistrée n’est pas dans ce jeu et reste telle quelle.
   *[other] { $count } valeurs enregistrées ne sont pas dans ce jeu et restent telles quelles.
}
class-new = Nouvelle : rien n’est enregistré
class-changed = Remplacée par une autre valeur
class-rounding = Remplacée : diffère de 1 par l’arrondi
class-comment = La même, avec un autre commentaire
class-same = La même : reste telle quelle
class-kept = Conservée : valeur de quelqu’un d’autre
class-zero = Zéro, que le serveur n’enregistre pas
class-left-out = Omise avec accord
class-removed = Supprimée
class-from-zero = À partir de zéro
class-to-zero = Vers zéro
class-gained = Une valeur là où il n’y en avait pas
class-lost = Plus de valeur là où il y en avait une
class-only-old = Seulement dans l’ancien fichier
class-only-new = Seulement dans le nouveau fichier

heading-map = Carte des changements
map-text = Unités selon la variation de la population, de l’ancien au nouveau chiffre. Les tableaux ci-dessous donnent tous les chiffres.
map-none = Aucune unité n’a de polygone : il n’y a pas de carte.
map-dots = { $count ->
    [one] { $count } unité est trop petite pour la carte et figure comme un point.
   *[other] { $count } unités sont trop petites pour la carte et figurent comme des points.
}
map-marked = { $count ->
    [one] { $count } petite partie, par exemple une île, figure comme un point de la couleur des limites.
   *[other] { $count } petites parties, par exemple des îles, figurent comme des points de la couleur des limites.
}
map-unmatched = { $count ->
    [one] { $count } paire de limites se croise ou se touche dans la source ; elle est dessinée telle quelle.
   *[other] { $count } paires de limites se croisent ou se touchent dans la source ; elles sont dessinées telles quelles.
}
legend = Légende : classe et nombre d’unités
legend-large-fall = −20 % ou moins
legend-fall = −20 % à −10 %
legend-small = entre −10 % et +10 %
legend-rise = +10 % à +20 %
legend-large-rise = +20 % ou plus
legend-new = nouveau : pas d’ancienne valeur
legend-no-value = pas de valeur
without-polygon = Unités sans polygone
no-org-units = Il n’y a pas de carte : les unités d’organisation n’ont pas été fournies (--org-units FILE).
plot-growth = Croissance depuis l’année précédente, par unité
plot-change = Variation de l’ancien au nouveau chiffre, par unité
plot-largest = (les { $shown } plus grandes sur { $total })
heading-ages = Âges et sexes
pyramid-country = Pays
ages = Âges
women = Femmes
men = Hommes
women-men = Femmes | hommes

heading-parents = Unités supérieures
caption-parents = Sommes des unités directement en dessous, et leur nombre
no-parents = Aucun fichier ne contient de sommes par unité supérieure.

heading-flagged = Unités signalées
caption-flagged = Unités qui remplissent une règle du guide DHIS2 sur les dénominateurs, la plus forte variation d’abord
no-flagged = Aucune unité ne remplit de règle.
flagged-more = { $count ->
    [one] { $count } autre unité signalée figure dans les tableaux de toutes les unités.
   *[other] { $count } autres unités signalées figurent dans les tableaux de toutes les unités.
}
unit = Unité
rule = Règle
flag-change = { $found } par rapport à la valeur enregistrée (signalé à partir de { $threshold })
flag-growth = { $found } depuis { $period } (signalé à partir de { $threshold })
flag-decline = { $found } depuis { $period } (toute baisse est signalée, { $threshold } et moins)

heading-missing = Unités sans valeur
caption-missing = Unités sans valeur, et pourquoi
missing-unknown = Ni les unités d’organisation ni un bilan n’ont été fournis (--org-units FILE, --balance FILE) : on ne sait pas quelles unités n’ont pas de valeur.
none-missing = Toutes les unités ont une valeur.
why = Pourquoi
reason-unknown = aucun fichier ne dit pourquoi
reason-not-in-plan = absente du plan
reason-no-geometry = pas de géométrie
reason-point = un point, pas un polygone
reason-bad-geometry = géométrie inutilisable
reason-repaired = géométrie réparée
reason-fallback-geometry = géométrie d’une autre source
reason-outside = hors du raster
reason-partly-outside = en partie hors du raster
reason-masked-out = masquée
reason-no-valid-cell = aucune cellule avec des données de population
reason-closed = fermée
reason-not-yet-open = pas encore ouverte
reason-tiny = trop petite pour la grille
reason-incomplete-parent = une unité en dessous n’a pas de valeur
reason-unserved = desservie par aucune formation sanitaire

heading-units = Toutes les unités, par unité supérieure
no-parent = (sans unité supérieure)

heading-exceptions = Exceptions
caption-refused = Ce qui serait refusé, ou a été admis
caption-exceptions = Unités qui peuvent passer un contrôle, avec la raison donnée
kind = Type
problem = Problème
reason = Raison
refused-open = { $count ->
    [one] { $count } valeur serait refusée
   *[other] { $count } valeurs seraient refusées
}
refused-allowed = { $count ->
    [one] { $count } valeur, admise
   *[other] { $count } valeurs, admises
}
allowed-kinds = Admis pour toutes les unités :
none-excepted = Le fichier des exceptions ne contient aucune ligne.
no-exceptions = Aucun fichier d’exceptions n’a été fourni (--exceptions FILE).

heading-balance = Bilan : où se trouve chaque personne du raster
where = Où
balance-in-units = dans les unités
balance-more-than-once = comptées plus d’une fois (soustraites)
balance-in-no-unit = dans aucune unité (ajoutées), dont :
balance-inside-incomplete-parents = … dans une unité supérieure dont une unité n’a pas de polygone
balance-inside-complete-parents = … dans une unité supérieure dont toutes les unités ont un polygone
balance-outside-every-unit = … hors de toute unité supérieure
balance-outside-clip = hors du raster découpé (pas dans le total)
balance-total = total du raster
no-balance = Aucun bilan n’a été fourni (--balance FILE).

heading-adjustments = Ajustements aux totaux officiels
caption-controls = Totaux officiels
caption-raked = Unités ajustées, par facteur
source = Source
before-raking = Avant
after-raking = Après
factor = Facteur
raking-more = { $count ->
    [one] { $count } autre unité figure dans le rapport d’ajustement.
   *[other] { $count } autres unités figurent dans le rapport d’ajustement.
}
no-adjustments = Aucun rapport d’ajustement n’a été fourni (--raking FILE) : les chiffres sont ceux du raster.

heading-provenance = Provenance
read = Lu
written = Écrit
no-provenance = Aucune fiche de provenance n’a été fournie (--provenance-record FILE).

heading-signatures = Signatures
signed-text = Est signé le plan qui porte ce SHA-256. push --plan affiche le même avant d’enregistrer, et review --verify compare cette page au plan.
name = Nom
function = Fonction
date = Date
signature = Signature
