"""Styles: figures stand out from what is behind them, for every eye, in every style, place and hour."""

from __future__ import annotations

from functools import cache
from typing import get_args

import numpy as np
import pytest

from bookfilm.picture.shadow.colour import Colour, lightness
from bookfilm.picture.shadow.palette import palettes_of
from bookfilm.picture.shadow.stylesheets import STYLE_NAMES, named_style
from bookfilm.records.bible import Hour, PlaceKind, Weather
from bookfilm.records.shots import Setting
from bookfilm.records.styles import StyleSheet

# Machado, Oliveira and Fernandes, 2009, table 1, severity 1.0: linear RGB as it is seen without one kind of cone.
EYES = {
    "any": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LEAST_CONTRAST = 0.3
"""Of OKLab lightness, between a figure and what is behind it: the horizon's light and the furthest sheet."""
MOST_PLACES = [Setting(kind=kind, hour=hour) for kind in get_args(PlaceKind) for hour in get_args(Hour)]
WEATHERS = [Setting(kind="street", hour=hour, weather=w) for hour in get_args(Hour) for w in get_args(Weather)]


@cache
def _seen(colour: Colour, eye: str) -> Colour:
    linear = np.array([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour])
    turned = np.clip(EYES[eye] @ linear, 0, 1)
    r, g, b = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in turned.tolist())
    return r, g, b


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_figures_stand_out_for_every_eye(style: str) -> None:
    faint = {
        (setting.kind, setting.hour, setting.weather, eye)
        for setting in (*MOST_PLACES, *WEATHERS)
        for palette in palettes_of(setting, named_style(style))[:1]
        for ground in (palette.horizon, palette.far)
        for eye in EYES
        if lightness(_seen(ground, eye)) - lightness(_seen(palette.ink, eye)) < LEAST_CONTRAST
    }
    assert faint == set()


def test_a_style_of_few_tones_has_no_others() -> None:
    palette, _ = palettes_of(Setting(kind="forest", hour="noon"), StyleSheet(tones=4, keep=0.0))
    shades = {round(lightness(palette.tint(share / 20)) * 3, 2) for share in range(21)}
    assert shades <= {0.0, 1.0, 2.0, 3.0}


def test_lamps_keep_their_colour_where_the_style_says_so() -> None:
    setting = Setting(kind="street", hour="night")
    own, _ = palettes_of(setting, StyleSheet())
    grey, _ = palettes_of(setting, StyleSheet(keep=0.0))
    lit, _ = palettes_of(setting, StyleSheet(keep=0.0, lamps=True))
    assert lit.warm == own.warm != grey.warm
    assert lit.far == grey.far


def test_an_hour_of_its_own_is_only_that_hours() -> None:
    sheet = StyleSheet.model_validate({"colours": {"ink": "#101018"}, "hours": {"night": {"ink": "#200000"}}})
    inks = {hour: palettes_of(Setting(kind="street", hour=hour), sheet)[0].ink for hour in get_args(Hour)}
    assert len({ink for hour, ink in inks.items() if hour != "night"}) == 1
    assert inks["night"] != inks["noon"]
