"""What made-up people write where a survey or a meeting lets them write: by language, from bad to good."""

from __future__ import annotations

from collections.abc import Mapping

from regard.cli.demo_lots import Lots

Words = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

WRITTEN: Mapping[str, Mapping[str, Words]] = {
    "words": {
        "en": (
            (
                "It came four days late and nobody told me why.",
                "The courier left it with a neighbour I do not know.",
                "The tracking stood still for three days.",
                "The box was torn open at one corner.",
                "Late again. I had planned it as a present.",
            ),
            (
                "It was all right.",
                "A day later than said, but in one piece.",
                "The box was far too large for it.",
            ),
            (
                "A day early, and only paper around it.",
                "Quick and well packed.",
                "The courier was very friendly.",
                "Arrived sooner than I hoped, thank you.",
                "Perfectly packed, nothing was damaged.",
                "I like that there was no plastic in it.",
                "I always knew where my parcel was.",
            ),
        ),
        "de": (
            (
                "Es kam vier Tage zu spät, und niemand sagte warum.",
                "Der Bote gab es bei einem fremden Nachbarn ab.",
                "Die Sendungsverfolgung stand drei Tage still.",
                "Der Karton war an einer Ecke aufgerissen.",
                "Wieder zu spät. Es sollte ein Geschenk sein.",
            ),
            (
                "War in Ordnung.",
                "Einen Tag später als gesagt, aber heil.",
                "Der Karton war viel zu groß dafür.",
            ),
            (
                "Einen Tag früher da, und nur Papier drumherum.",
                "Schnell und gut verpackt.",
                "Der Bote war sehr freundlich.",
                "Kam früher als gehofft, danke.",
                "Perfekt verpackt, alles heil.",
                "Schön, dass kein Plastik darin war.",
                "Ich wusste immer, wo mein Paket ist.",
            ),
        ),
    },
    "right": {
        "en": (
            (
                "Tell me before a parcel is late, not after I ask.",
                "Send me one in the right size without a form.",
                "Refund the return postage: the fault was not mine.",
                "An answer within a day would do.",
                "A size chart that is true. It runs small.",
            ),
            ("A faster answer from the service.", "Cheaper shipping for small orders."),
            ("Nothing big. Keep going.",),
        ),
        "de": (
            (
                "Sagen Sie mir vorher, dass ein Paket zu spät kommt.",
                "Schicken Sie mir die richtige Größe, ohne Formular.",
                "Erstatten Sie das Rückporto: Der Fehler lag nicht bei mir.",
                "Eine Antwort binnen eines Tages würde reichen.",
                "Eine Größentabelle, die stimmt. Es fällt klein aus.",
            ),
            ("Schnellere Antworten vom Service.", "Günstigerer Versand bei kleinen Bestellungen."),
            ("Nichts Großes. Weiter so.",),
        ),
    },
    "better": {
        "en": (
            ("The sizes: it runs small and the chart does not say so.", "Deliver on the day that you name."),
            (
                "Say on the product page how it fits.",
                "More colours.",
                "Let me exchange without sending back first.",
                "Shipping is too expensive below 50 euros.",
                "Deliver on the day that you name.",
                "Longer sleeves, please.",
            ),
            ("More colours.", "Longer sleeves, please."),
        ),
        "de": (
            (
                "Die Größen: Es fällt klein aus, und die Tabelle sagt es nicht.",
                "Liefern Sie an dem Tag, den Sie nennen.",
            ),
            (
                "Sagen Sie auf der Produktseite, wie es sitzt.",
                "Mehr Farben.",
                "Umtauschen, ohne erst zurückzuschicken.",
                "Der Versand ist unter 50 Euro zu teuer.",
                "Liefern Sie an dem Tag, den Sie nennen.",
                "Bitte längere Ärmel.",
            ),
            ("Mehr Farben.", "Bitte längere Ärmel."),
        ),
    },
    "liked": {
        "en": (
            ("The quality.",),
            ("The quality is good.", "Friendly service."),
            (
                "The quality. It still looks new after ten washes.",
                "That somebody answers who knows the product.",
                "Quick delivery and no plastic.",
                "It fits, every time.",
                "Honest pictures.",
                "The fabric is soft and keeps its shape.",
            ),
        ),
        "de": (
            ("Die Qualität.",),
            ("Die Qualität ist gut.", "Freundlicher Service."),
            (
                "Die Qualität. Nach zehn Wäschen sieht es aus wie neu.",
                "Dass jemand antwortet, der das Produkt kennt.",
                "Schnelle Lieferung und kein Plastik.",
                "Es passt, jedes Mal.",
                "Ehrliche Bilder.",
                "Der Stoff ist weich und behält die Form.",
            ),
        ),
    },
    "open": {
        "en": (
            ("The refund has not come.", "I still wait for the parcel.", "Nobody said what happens now."),
            ("The exchange is on its way, they say.", "The refund has not come yet."),
            ("Only the receipt.",),
        ),
        "de": (
            (
                "Die Erstattung ist nicht da.",
                "Ich warte noch auf das Paket.",
                "Niemand sagte, wie es weitergeht.",
            ),
            ("Der Umtausch ist angeblich unterwegs.", "Die Erstattung ist noch nicht da."),
            ("Nur der Beleg.",),
        ),
    },
    "help": {
        "en": (
            ("To see the shipping before the checkout.", "It is too expensive for me."),
            ("A size chart with centimetres.", "To know when it comes.", "Pictures of people of my height."),
            ("I take it at the weekend.",),
        ),
        "de": (
            ("Die Versandkosten vor der Kasse zu sehen.", "Es ist mir zu teuer."),
            (
                "Eine Größentabelle in Zentimetern.",
                "Zu wissen, wann es kommt.",
                "Bilder von Leuten meiner Größe.",
            ),
            ("Ich nehme es am Wochenende.",),
        ),
    },
    "wanted": {
        "en": (("The same in black.",), ("A rain jacket.", "The same in black."), ("A gift card.",)),
        "de": (
            ("Das Gleiche in Schwarz.",),
            ("Eine Regenjacke.", "Das Gleiche in Schwarz."),
            ("Einen Gutschein.",),
        ),
    },
    "meeting": {
        "en": (
            (
                "Your size chart is wrong for two of the three things I bought. It runs small.",
                "When a parcel is late I learn it from the carrier and not from you. That is the wrong way round.",
            ),
            (
                "I would exchange more often if I did not have to send it back first.",
                "Shipping is too expensive for a single thing. I wait until I need two.",
            ),
            (
                "The quality is why I am here. Do not save on the fabric.",
                "Show us the new colours before you order them; we would tell you which we want.",
            ),
        ),
        "de": (
            (
                "Ihre Größentabelle stimmt bei zwei von drei Sachen nicht. Es fällt klein aus.",
                "Ist ein Paket zu spät, erfahre ich es vom Boten und nicht von Ihnen. Das ist verkehrt herum.",
            ),
            (
                "Ich würde öfter umtauschen, wenn ich nicht erst zurückschicken müsste.",
                "Der Versand ist für ein einzelnes Stück zu teuer. Ich warte, bis ich zwei brauche.",
            ),
            (
                "Wegen der Qualität bin ich hier. Sparen Sie nicht am Stoff.",
                "Zeigen Sie uns die neuen Farben, bevor Sie bestellen; wir sagen Ihnen, welche wir wollen.",
            ),
        ),
    },
}


def words_for(where: str, language: str, mood: float, lots: Lots) -> str:
    """mood: from 0 to 1. "" where nobody has anything to say."""
    said = WRITTEN.get(where)
    if said is None:
        return ""
    by_mood = said.get(language.partition("-")[0], said["en"])
    return lots.one_of(by_mood[min(2, int(mood * 3))])
