"""Les archives gardent les relevés des jours passés, dans une armoire lente à ouvrir."""

import time

RELEVES = {
    "lundi": [14.5, 19.0, 23.5],
    "mardi": [15.0, 22.5, 31.0],
    "mercredi": [13.0, 17.5, 20.0],
}


def chercher(jour):
    """Les températures du jour, ou None si rien n’a été relevé ce jour-là."""
    return _tiroir(jour[:1]).get(jour)


def _tiroir(initiale):
    # L’armoire grince : son ouverture prend du temps.
    time.sleep(0.2)
    return {jour: degres for jour, degres in RELEVES.items() if jour.startswith(initiale)}
