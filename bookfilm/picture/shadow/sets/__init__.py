"""The sets: one builder a kind of place, each a stack of paper sheets from parameters and a seed.

scenery      Scenery: what a builder adds sheets, mist and lamps to
trees        limbs by the pipe rule, crowns, firs, grass, ferns
houses       houses by rule, windows, lamps, roofs
landmarks    churches, castles, mills, ships, carriages
furniture    windows, tables, shelves, beds, stoves, chandeliers, columns
banks, battlefield, church, counters, country, halls, prison, railway, rooms, town, water, wilds, woodland
             the builders
index        PlaceKind -> builder
"""
