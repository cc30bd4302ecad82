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
rows-more = { $count ->
    [one] { $count } autre ligne
   *[other] { $count } autres lignes
}
less-than = < { $number }
hidden = masqué
level = niveau { $level }

## Review page: what is asked

title-plan = Chiffres de population à enregistrer : plan { $hash }
title-undo = Chiffres de population à annuler : plan { $hash }
title-comparison = Chiffres de population comparés : comparaison { $hash }
asked-plan = { $values ->
    [one] Enregistrer { $values } valeur
   *[other] Enregistrer { $values } valeurs
} pour { $units ->
    [one] { $units } unité
   *[other] { $units } unités
} dans l’ensemble de données { $set } de DHIS2 { $version } (système { $system }) : { $total }
asked-undo = { $values ->
    [one] Annuler { $values } valeur
   *[other] Annuler { $values } valeurs
} de { $units ->
    [one] { $units } unité
   *[other] { $units } unités
} de l’ensemble de données { $set } de DHIS2 { $version } (système { $system }) : { $total }
asked-comparison = { $values ->
    [one] { $values } chiffre
   *[other] { $values } chiffres
} de { $units ->
    [one] { $units } unité
   *[other] { $units } unités
} { $values ->
    [one] diffère
   *[other] diffèrent
} entre l’ancien et le nouveau fichier ; rien n’est enregistré. { $total }
asked-total-new = { $name } : { $after } personnes, là où rien n’est enregistré.
asked-total-changed = { $name } : { $after } personnes au lieu de { $before } ({ $difference }, { $change }).
asked-total-other-values = { $name } : { $after } personnes ; { $before } sont enregistrées aujourd’hui, pour d’autres unités ou groupes.
asked-nothing = il ne contient aucune valeur.
no-data-set = (aucun n’est nommé)
plan-sha256 = SHA-256 du plan
comparison-sha256 = SHA-256 de la comparaison
colon = { "\u00A0" }:
payload-sha256 = SHA-256 des valeurs
page-of = page # sur
suppressed = Les effectifs inférieurs à { $number } ne sont pas montrés, ni ceux dont on pourrait les déduire. Les remarques et messages des outils et les âges des unités sont omis.

## Review page: sections

heading-summary = Population, changements et unités signalées
caption-totals = Totaux avant et après
caption-counts = Ce que deviennent les valeurs
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
values-from = Les valeurs proviennent de { $sources }.
exception-count = { $count ->
    [0] Aucune unité n’est admise par le fichier d’exceptions.
    [one] { $count } unité est admise par le fichier d’exceptions.
   *[other] { $count } unités sont admises par le fichier d’exceptions.
}
refused-count = { $count ->
    [one] { $count } valeur serait refusée : rien n’est enregistré tant que ce n’est pas réglé.
   *[other] { $count } valeurs seraient refusées : rien n’est enregistré tant que ce n’est pas réglé.
}
not-in-set-count = { $count ->
    [one] { $count } valeur enregistrée n’est pas dans ce jeu et reste telle quelle.
   *[other] { $count } valeurs enregistrées ne sont pas dans ce jeu et restent telles quelles.
}
class-new = Nouvelle : rien n’est enregistré aujourd’hui
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
compared-changed = Différent
compared-rounding = Différent par l’arrondi seulement
compared-same = Identique dans les deux fichiers

heading-map = Carte des changements
map-text = Unités selon la variation de leur population, de l’ancien au nouveau chiffre. Les tableaux ci-dessous donnent les chiffres.
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
legend-no-value-or-hidden = pas de valeur, ou masqué
without-polygon = Unités sans polygone
without-polygon-more = { $count ->
    [one] … et { $count } autre
   *[other] … et { $count } autres
}
no-org-units = Il n’y a pas de carte : les unités d’organisation n’ont pas été fournies (--org-units FILE).
plot-growth = Croissance depuis l’année précédente, par unité
plot-change = Variation de l’ancien au nouveau chiffre, par unité
plot-largest = (les { $shown } plus grandes sur { $total })
heading-ages = Âges et sexes
pyramid-country = Pays : personnes par âge et sexe
pyramids-units = Unités signalées : les femmes à gauche, les hommes à droite, les plus âgés en haut. La plus longue barre de chacune remplit sa moitié.
pyramids-none = Aucune unité signalée n’a d’âges pour les deux sexes.
pyramids-more = { $count ->
    [one] { $count } autre unité signalée a des âges ; ils sont dans les sommes.
   *[other] { $count } autres unités signalées ont des âges ; ils sont dans les sommes.
}
pyramid-widest = la plus longue barre : { $number }
pyramid-band = { $ages } : { $women } femmes, { $men } hommes
ages = Âges
women = Femmes
men = Hommes
all-people = Les deux sexes, tous les âges
both-sexes = Les deux sexes
women-men = Femmes | hommes

heading-parents = Sommes par unité parente
caption-parents = Sommes des unités directement en dessous, et leur nombre
no-parents = Aucun fichier ne contient de sommes par unité parente.

heading-flagged = Unités signalées
caption-flagged = Unités signalées par une règle du guide DHIS2 sur les dénominateurs, la plus forte variation d’abord
no-flagged = Aucune unité n’est signalée par une règle.
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
reason-outside = hors de la grille
reason-partly-outside = en partie hors de la grille
reason-masked-out = masquée
reason-no-valid-cell = aucune cellule avec des données de population
reason-closed = fermée
reason-not-yet-open = pas encore ouverte
reason-tiny = trop petite pour la grille
reason-incomplete-parent = une unité en dessous n’a pas de valeur
reason-same-place = au même endroit qu’une autre formation, qui a l’aire de desserte
reason-no-area = aucune partie de son unité parente n’en est la plus proche
reason-outside-parent = hors de son unité parente
reason-no-parent = dans aucune unité parente
reason-in-reach-of-other-parent = à portée d’une formation d’une autre unité parente seulement
reason-filled = un total officiel, sans somme propre
reason-unserved = non desservie par une formation sanitaire

heading-units = Toutes les unités, par unité parente
units-not-printed = Les tableaux de toutes les unités ne sont qu’à l’écran : review --annex all les imprime.
no-parent = (sans unité parente)

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
none-excepted = Le fichier d’exceptions ne contient aucune ligne.
no-exceptions = Aucun fichier d’exceptions n’a été fourni (--exceptions FILE).

heading-balance = Bilan : où se trouve chaque personne de la grille
where = Où
balance-in-units = dans les unités
balance-more-than-once = comptées plus d’une fois (soustraites)
balance-in-no-unit = dans aucune unité (ajoutées), dont :
balance-inside-incomplete-parents = … dans une unité parente dont une unité n’a pas de polygone
balance-inside-complete-parents = … dans une unité parente dont toutes les unités ont un polygone
balance-outside-every-unit = … hors de toute unité parente
balance-outside-clip = hors de la grille découpée (pas dans le total)
balance-total = total de la grille
caption-parts = Rasters d’un sexe ou d’une tranche d’âge
raster = Raster
part-in-no-unit = dans aucune unité (ajoutées)
no-balance = Aucun bilan n’a été fourni (--balance FILE).

heading-adjustments = Ajustements aux totaux officiels
caption-controls = Totaux officiels
caption-raked = Unités ajustées, par facteur
source = Source
before-raking = Avant
after-raking = Après
factor = Facteur
flagged-factor = (signalé)
raking-more = { $count ->
    [one] { $count } autre unité figure dans le rapport d’ajustement.
   *[other] { $count } autres unités figurent dans le rapport d’ajustement.
}
no-adjustments = Aucun rapport d’ajustement n’a été fourni (--raking FILE) : les chiffres sont ceux de la grille.
raking-suppressed = Les ajustements des unités, et les totaux dont on pourrait déduire un petit effectif, ne sont pas montrés.

heading-provenance = Provenance
read = Lu
written = Écrit
no-provenance = Aucune fiche de provenance n’a été fournie (--provenance-record FILE).

heading-signatures = Signatures
signed-text = Les signatures portent sur le plan qui a ce SHA-256. push --plan affiche le même avant d’enregistrer, et review --verify compare cette page au plan.
signed-comparison = Les signatures portent sur la comparaison qui a ce SHA-256. review --verify compare cette page à elle.
name = Nom
function = Fonction
date = Date
signature = Signature

## Tables: headings

column-action = action
column-after = après
column-ages = âges
column-area = pays
column-balance = bilan
column-before = avant
column-by-file = selon le fichier
column-by-name = selon son nom
column-bytes = octets
column-cells = cellules
column-change = variation
column-children-with-value = unités filles avec valeur
column-children-without = unités filles sans valeur
column-class = classe
column-closed = fermées
column-code = code
column-combo = combinaison d’options
column-content = contenu
column-covers = étendue
column-data-element = élément de données
column-data-set = ensemble de données
column-difference = différence
column-element = élément
column-facility = formation sanitaire
column-factor = facteur
column-file = fichier
column-flag = signal
column-flags = signaux
column-formula = formule
column-growth = croissance
column-how = méthode
column-id = id
column-indicator = indicateur
column-is = maintenant
column-kind = type
column-level = niveau
column-months-missing = mois manquants
column-name = nom
column-new = nouveau
column-no-geometry = sans géométrie
column-note = remarque
column-object = objet
column-old = ancien
column-option-combo = combinaison d’options
column-org-unit = unité d’organisation
column-own-polygon = son polygone
column-parent = unité parente
column-people = personnes
column-percent = %
column-percent-of-new = % du nouveau
column-percent-of-old = % de l’ancien
column-period = période
column-period-type = type de période
column-points = points
column-polygons = polygones
column-product = produit
column-raster = raster
column-reached = atteintes
column-reasons = raisons
column-release = version
column-sex = sexe
column-status = état
column-stored = enregistré
column-target = cible
column-total = total
column-unit = unité
column-units = unités
column-value = valeur
column-was = auparavant
column-within-distance = à moins de { $limit }
column-year = année
column-year-before = année précédente

## Tables: what stands around them

between-clauses = { " ; " }
named-value = { $name } : { $value }
not-shown = non montré en { $width } colonnes : { $names }
not-shown-but-in = non montré en { $width } colonnes : { $names } ({ $flag } donne tout)
all-ages = tous les âges
refused-because = refusé : { $problem }
allowed-although = admis : { $problem }

## Tables: zonal-sum

balance-line-in-units = dans les unités
balance-line-more-than-once = comptées plus d’une fois
balance-line-inside-incomplete-parents = dans aucune unité, dans une unité parente dont des unités filles n’ont pas de polygone
balance-line-inside-complete-parents = dans aucune unité, dans une unité parente dont toutes les unités filles en ont un
balance-line-outside-every-unit = hors de toute unité
balance-line-total = total de la grille
balance-line-outside-clip = hors du découpage

## Tables: clip-raster --info

info-product = produit
info-release = version
info-area = pays
info-year = année
info-people = personnes
info-cells-hold = contenu des cellules
info-size = taille
info-cell = cellule
info-longitude = longitude
info-latitude = latitude
info-coordinates = coordonnées
info-rows = lignes
info-container = conteneur
info-bands = bandes
info-compression = compression
info-chunks = blocs
info-missing = manquant
info-nodata = sans donnée
info-mask = masque
info-picture = image
info-alpha = alpha
info-beside-file = à côté du fichier
info-overviews = aperçus
info-scale = échelle
info-clip-of = découpé de
info-clip = découpage
info-source-total = total de la source
info-source-sha256 = SHA-256 de la source
info-masked-to = masqué à
info-valid-cells = cellules valides
info-nodata-cells = cellules sans donnée
info-masked-cells = cellules masquées
info-nan-cells = cellules NaN
info-negative-cells = cellules négatives
info-infinite-cells = cellules infinies
info-sum = somme
info-of-band = { $about }, bande { $band }
info-ages-from-to = { $from } à moins de { $to } ans
info-ages-and-over = { $from } ans et plus
info-kind-count = personnes par cellule
info-kind-density = personnes par kilomètre carré : à ne pas additionner
info-kind-classes = numéros de classes : à ne pas additionner
info-kind-area = superficies de cellules : à ne pas additionner
info-kind-mask = un masque : à ne pas additionner
info-kind-archive = une archive de rasters
info-cells = { $width } x { $height } cellules
info-degrees = { $width } x { $height } degrés
info-range = { $from } à { $to }
info-geographic = géographiques
info-from-south = à partir du sud
info-bands-of = { $count } de { $sample }
info-predictor = prédicteur { $code }
info-tiles = tuiles
info-strips = bandes de lignes
info-chunks-of = { $count } { $kind } de { $width } x { $height }
info-missing-chunks = { $count } { $kind } au-delà de la fin du fichier
info-none = aucun
info-internal = interne
info-opacity = bande { $band } : opacité, à ne pas additionner
info-times-plus = fois { $scale } plus { $offset }
info-window = colonnes { $left } à { $right }, lignes { $top } à { $bottom } de { $width } x { $height }
info-unknown = inconnu
info-not-taken = non calculé

## Tables: fetch-orgunits

survey-estimated = ~ estimé : les géométries de ce niveau font plus de { $size } Mo
survey-more-geometries = autres géométries : --geometry attribute:{ $code } ({ $name })
change-new = nouvelle
change-gone = disparue
change-moved = rattachée ailleurs
change-redrawn = redessinée
change-renamed = renommée
change-redated = nouvelles dates
change-displaced = déplacée

## Tables: fetch-worldpop

ages-bands = tranches
ages-all = tous
covers-world = le monde
covers-countries = par pays

## Tables: population-metadata

action-add = ajouter
action-update = modifier
action-reuse = réutiliser
action-leave = laisser
object-data-element = élément de données
object-data-set = ensemble de données
object-category = catégorie
object-category-option = option de catégorie
object-category-combination = combinaison de catégories
object-category-option-combo = combinaison d’options de catégorie

## Tables: to-datavalueset --explain

made-exact = exact
made-weights = répartition, pondérée
made-split = répartition, { $split }
made-with-rate = { $made } ; taux { $rate } ({ $facts })
element-of-data-set = { $element }, ensemble de données { $set }

## Tables: catchments

catchments-all = toutes
catchments-served = desservies
catchments-unserved = non desservies
catchments-beyond-distance = au-delà de la distance

## Tables: rake

raking-rounds = { $count ->
    [one] { $count } tour
   *[other] { $count } tours
}

## Tables: compare

no-figure-differs = aucun chiffre ne diffère
below-unit = sous { $unit }
units-differ = les unités diffèrent
sum-change = { $name } : { $old } à { $new } : { $change }
count-of-class = { $level ->
    [none] { $count } { $class }
   *[other] { $count } { $class } au niveau { $level }
}
and-smaller-changes = et { $count ->
    [one] { $count } chiffre
   *[other] { $count } chiffres
} avec de plus petites variations : { $lists } ; --format csv donne tout
and-more-sums = et encore { $count ->
    [one] { $count } somme
   *[other] { $count } sommes
} ; --format csv donne tout
and-more-indicators = et encore { $count ->
    [one] { $count } indicateur
   *[other] { $count } indicateurs
} ; --format csv donne tout
and-more-coverages = et encore { $count ->
    [one] { $count } couverture
   *[other] { $count } couvertures
} ; --format csv donne tout
and-slivers = et { $count ->
    [one] { $count } éclat
   *[other] { $count } éclats
} avec { $people } personnes ; --format csv donne tout

## Tables: push

count-new = { $count ->
    [one] { $count } nouvelle
   *[other] { $count } nouvelles
}
count-removed = { $count ->
    [one] { $count } à supprimer
   *[other] { $count } à supprimer
}
count-restored = { $count ->
    [one] { $count } à rétablir
   *[other] { $count } à rétablir
}
count-changed = { $count ->
    [one] { $count } modifiée
   *[other] { $count } modifiées
}
count-rounding = { $count ->
    [one] { $count } par l’arrondi seulement
   *[other] { $count } par l’arrondi seulement
}
count-back = { $count ->
    [one] { $count } déjà rétablie
   *[other] { $count } déjà rétablies
}
count-same = { $count ->
    [one] { $count } identique
   *[other] { $count } identiques
}
count-comment = { $count ->
    [one] { $count } avec un autre commentaire
   *[other] { $count } avec un autre commentaire
}
count-kept-since = { $count ->
    [one] { $count } conservée car modifiée depuis
   *[other] { $count } conservées car modifiées depuis
}
count-kept = { $count ->
    [one] { $count } conservée, valeur de quelqu’un d’autre
   *[other] { $count } conservées, valeurs de quelqu’un d’autre
}
count-zero = { $count ->
    [one] { $count } nulle et non enregistrée par le serveur
   *[other] { $count } nulles et non enregistrées par le serveur
}
count-left-out = { $count ->
    [one] { $count } omise
   *[other] { $count } omises
}
count-not-in-set = { $count ->
    [one] { $count } enregistrée mais absente de ce jeu
   *[other] { $count } enregistrées mais absentes de ce jeu
}
count-stood-there = { $count ->
    [one] { $count } déjà enregistrée
   *[other] { $count } déjà enregistrées
}
count-refused = { $count ->
    [one] { $count } refusée par le serveur
   *[other] { $count } refusées par le serveur
}
count-conflict = { $count ->
    [one] { $count } modifiée entre-temps par quelqu’un d’autre et conservée
   *[other] { $count } modifiées entre-temps par quelqu’un d’autre et conservées
}
count-lost = { $count ->
    [one] { $count } envoyée et non retrouvée
   *[other] { $count } envoyées et non retrouvées
}
count-unknown = { $count ->
    [one] { $count } envoyée et non relue
   *[other] { $count } envoyées et non relues
}
count-not-sent = { $count ->
    [one] { $count } non envoyée
   *[other] { $count } non envoyées
}
count-stored = { $count ->
    [one] { $count } enregistrée et relue
   *[other] { $count } enregistrées et relues
}
count-taken-back = { $count ->
    [one] { $count } rétablie et relue
   *[other] { $count } rétablies et relues
}
count-refused-of = { $count } valeurs sur { $values } seraient refusées
nothing-to-take-back = rien à annuler
nothing-to-write = rien à enregistrer
from-zero = depuis 0
total-of = total de { $element } { $period } : { $total }
total-undo = { $before } enregistrées maintenant, { $after } après l’annulation
total-sent = { $people } envoyées
total-stored-already = { $people } déjà enregistrées
total-kept = { $people } non envoyées, pour conserver les valeurs de quelqu’un d’autre
total-left-out = { $people } omises
total-refused = { $people } refusées
total-stored = { "" } ; { $before } enregistrées sous les mêmes clés, { $after } après l’envoi ({ $change })
total-both-years = { $element }, là où les deux années ont une valeur : { $earlier } en { $from }, { $later } en { $to }
and-more-values = et encore { $count } (--plan-table FILE donne tout)
and-more-in-csv = et encore { $count } (un FILE qui finit en .csv donne tout)
plan-counts = plan : { $counts }
plan-hash = plan : sha256 { $hash }
plan-payload = envoi : sha256 { $hash }
plan-signature = nom :                         date :              signature :

## Summaries

summary-allowed = admis : { $kinds }
summary-sums = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
} : { $ok ->
    [one] { $ok } sûre
   *[other] { $ok } sûres
}, { $doubtful ->
    [one] { $doubtful } douteuse
   *[other] { $doubtful } douteuses
}, { $none } sans valeur
in-no-unit = { $people } personnes sur { $total } dans aucune unité
in-no-unit-at-level = { $people } personnes sur { $total } dans aucune unité au niveau { $level }
people-outside-clip = { $people } personnes hors du découpage
outside-clip-not-counted = personnes hors du découpage : non comptées
summary-clip = { $width } x { $height } cellules sur { $of_width } x { $of_height } autour de { $count ->
    [one] { $count } unité
   *[other] { $count } unités
}
clip-masked = masquées à celles-ci
clip-tiles-copied = tuiles copiées telles quelles
clip-strips-copied = bandes de lignes copiées telles quelles
clip-in-file = dans { $file }
summary-catchments = { $catchments ->
    [one] { $catchments } aire de desserte
   *[other] { $catchments } aires de desserte
} de { $facilities ->
    [one] { $facilities } formation sanitaire
   *[other] { $facilities } formations sanitaires
} dans { $parents ->
    [one] { $parents } unité parente
   *[other] { $parents } unités parentes
}, { $unserved ->
    [one] { $unserved } partie non desservie
   *[other] { $unserved } parties non desservies
}
catchments-rounding = l’arrondi change l’aire d’une unité parente d’au plus { $share } de celle-ci
summary-crosswalk = { $pieces ->
    [one] { $pieces } morceau
   *[other] { $pieces } morceaux
}, { $people } personnes{ $slivers ->
    [0] { "" }
    [one] , dont { $inslivers } dans { $slivers } éclat
   *[other] , dont { $inslivers } dans { $slivers } éclats
}
summary-comparison = { $count ->
    [one] { $count } chiffre différent
   *[other] { $count } chiffres différents
} sur { $rows } ({ $classes }) ; { $flags ->
    [one] { $flags } signal
   *[other] { $flags } signaux
}, { $notes ->
    [one] { $notes } remarque
   *[other] { $notes } remarques
}
summary-pieces = { $pieces ->
    [one] { $pieces } morceau
   *[other] { $pieces } morceaux
} de { $old ->
    [one] { $old } ancienne unité
   *[other] { $old } anciennes unités
} et { $new ->
    [one] { $new } nouvelle unité
   *[other] { $new } nouvelles unités
} :
pieces-by-side = { $shared } en commun, { $old } dans les anciennes unités seulement, { $new } dans les nouvelles seulement ; { $bare ->
    [one] { $bare } unité
   *[other] { $bare } unités
} sans polygone
summary-metadata = { $sets ->
    [one] { $sets } ensemble de données
   *[other] { $sets } ensembles de données
}, { $elements ->
    [one] { $elements } élément de données
   *[other] { $elements } éléments de données
}, { $combos ->
    [one] { $combos } combinaison d’options
   *[other] { $combos } combinaisons d’options
}, { $units ->
    [one] { $units } unité d’organisation
   *[other] { $units } unités d’organisation
}, de DHIS2 { $version }
org-units = { $count ->
    [one] { $count } unité d’organisation
   *[other] { $count } unités d’organisation
}
without-geometry = { $count } sans géométrie
and-ancestors = { $count ->
    [one] et { $count } unité au-dessus
   *[other] et { $count } unités au-dessus
}
from-dhis2 = de DHIS2 { $version }
no-change-since = aucune unité n’a changé depuis { $file }
changes-since = { $count ->
    [one] { $count } changement
   *[other] { $count } changements
} depuis { $file }
summary-stored-values = { $values ->
    [one] { $values } valeur
   *[other] { $values } valeurs
} de { $units ->
    [one] { $units } unité d’organisation
   *[other] { $units } unités d’organisation
}, { $elements ->
    [one] { $elements } élément de données
   *[other] { $elements } éléments de données
} et { $periods ->
    [one] { $periods } période
   *[other] { $periods } périodes
}, de DHIS2 { $version }
release-is-newest = { $locked } est déjà la version la plus récente
release-replaced = { $release } remplace { $locked }, tous les fichiers ensemble
summary-rasters = { $count ->
    [one] { $count } raster
   *[other] { $count } rasters
} dans { $folder } : { $downloaded ->
    [one] { $downloaded } téléchargé
   *[other] { $downloaded } téléchargés
}
rasters-bytes = { "" } ({ $bytes } octets)
rasters-copied = { $count ->
    [one] { $count } copié du miroir
   *[other] { $count } copiés du miroir
}
rasters-unchanged = { $count ->
    [one] { $count } déjà là et inchangé
   *[other] { $count } déjà là et inchangés
}
files-to-download = { $count ->
    [one] { $count } fichier
   *[other] { $count } fichiers
} à télécharger, { $bytes } octets
and-unknown-size = et { $count } de taille inconnue
products-in-catalogue = { $count ->
    [one] { $count } produit dans le catalogue
   *[other] { $count } produits dans le catalogue
}
files-in-catalogue = { $count ->
    [one] { $count } fichier dans le catalogue
   *[other] { $count } fichiers dans le catalogue
}
summary-metadata-import = { $objects ->
    [one] { $objects } objet
   *[other] { $objects } objets
} dans le document pour DHIS2 { $version } : { $added } à ajouter, { $updated } à modifier, { $reused } à réutiliser, { $left } à laisser ; { $units ->
    [one] { $units } unité d’organisation
   *[other] { $units } unités d’organisation
} de l’ensemble de données ; { $filled } sur { $groups ->
    [one] { $groups } groupe
   *[other] { $groups } groupes
} dans la correspondance
nothing-refused = rien ne serait refusé
problems-stop-raking = { $count ->
    [one] { $count } problème arrêterait le calage : rien n’est ajusté
   *[other] { $count } problèmes arrêteraient le calage : rien n’est ajusté
}
summary-raking = { $totals ->
    [one] { $totals } total atteint
   *[other] { $totals } totaux atteints
} en { $rounds ->
    [one] { $rounds } tour
   *[other] { $rounds } tours
}, { $units ->
    [one] { $units } unité signalée
   *[other] { $units } unités signalées
} (10 % et plus)
summary-table = { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} de { $columns ->
    [one] { $columns } colonne
   *[other] { $columns } colonnes
}
summary-verified-page = { $page } a été faite de { $plan } : sha256 { $hash }
summary-page = { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
}, { $flagged ->
    [one] { $flagged } signalée
   *[other] { $flagged } signalées
} ; plan sha256 { $hash }
summary-plan = plan : { $counts } ; rien n’a été enregistré
summary-outcome = { $outcome } : { $counts } ; reçu { $receipt }
summary-verified = vérifié : { $count } valeurs sont enregistrées comme le dit le reçu { $receipt } (résultat { $outcome })
analytics-rebuilt = les analyses montrent les valeurs après la prochaine reconstruction de leurs tables (la dernière : { $last })
analytics-never-built = les analyses montrent les valeurs une fois leurs tables construites ; ce serveur ne l’a jamais fait
summary-check-found = le contrôle a trouvé ce qui est listé ci-dessus : rien n’est écrit
summary-proposed = { $count ->
    [one] { $count } valeur proposée
   *[other] { $count } valeurs proposées
}, { $doubtful } en doute, chacune avec sa raison en commentaire
summary-groups = { $filled } sur { $count ->
    [one] { $count } groupe
   *[other] { $count } groupes
} dans la correspondance
each-period = { $count ->
    [2] { $first } et { $last }, chacune
   *[other] { $first } à { $last }, { $count } périodes, chacune
}
summary-values = { $values } pour { $units }, { $people }, à la date : { $day }
values-count = { $count ->
    [one] { $count } valeur
   *[other] { $count } valeurs
}
unstated-day = un jour que le produit n’indique pas
units-left-out = { $count ->
    [one] { $count } unité omise
   *[other] { $count } unités omises
}
unserved-parts = { $count ->
    [one] { $count } partie non desservie
   *[other] { $count } parties non desservies
}
parts-not-sent = { $parts } sans envoi
people-of-parts-not-sent = { $people } de plus dans { $parts }, sans envoi
growth-between = { $low } à { $high } % par an
projected-from = projeté de { $from } avec { $growth }
no-total-of-groups = des groupes qui ont des personnes en commun, donc pas de total
no-total-of = { $element } sans total, ses groupes ont des personnes en commun
people-by-element = personnes : { $list }
more-elements = encore { $count ->
    [one] { $count } élément
   *[other] { $count } éléments
}
people-count = { $people } personnes
people-exactly = { $people } personnes (exactement { $exact })
