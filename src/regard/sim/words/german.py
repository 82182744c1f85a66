"""What people write in German."""

from __future__ import annotations

from regard.sim.words.phrases import Phrases, Sentences

GERMAN = Phrases(
    said={
        "good": Sentences(
            (
                "Bin begeistert.", "Sehr schön!", "Genau wie erwartet.", "Rundum zufrieden.",
                "Schon das dritte Mal.",
                "Ein Geschenk, das gut ankam.", "Besser als auf den Bildern.", "Gerne wieder.",
            ),
            (
                "Der Stoff ist fest und die Nähte sind sauber.", "Passt wie in der Größentabelle angegeben.",
                "Die Farbe ist wie auf dem Foto.", "War einen Tag früher da als angekündigt.",
                "Trägt sich angenehm und kratzt nicht.", "Nach vier Wäschen noch wie neu.",
                "Schlicht verpackt, ganz ohne Plastik.", "Man merkt, dass jemand auf die Details achtet.",
                "Sitzt an den Schultern perfekt.", "Für den Preis wirklich gute Qualität.",
                "Ich wurde schon zweimal darauf angesprochen.", "{title}: mein neues Lieblingsstück.",
            ),
            (
                "Klare Empfehlung.", "Danke!", "Bestelle bestimmt wieder.", "Weiter so.", "Fünf Sterne.",
                "Die nächste Farbe ist schon im Korb.",
            ),
        ),
        "fine": Sentences(
            ("Ganz in Ordnung.", "Durchwachsen.", "Geht so.", "Na ja.", "Solide, mehr nicht."),
            (
                "Die Farbe ist etwas blasser als gedacht.", "Für den Preis hätte ich mehr erwartet.",
                "Knittert leider schnell.", "Etwas dünner, als ich dachte.", "Die Knöpfe sitzen locker.",
                "Fällt großzügig aus, mit Gürtel geht es.",
            ),
            ("Ich behalte es.", "Mal sehen, wie lange es hält.", "Drei Sterne."),
        ),
        "late": Sentences(
            (
                "Viel zu spät.", "Die Lieferung war eine Zumutung.", "Leider wieder verspätet.",
                "Lange gewartet.", "Was ist mit dem Versand los?", "Das Paket kam zu spät.",
            ),
            (
                "Die Sendungsverfolgung hat sich sechs Tage nicht bewegt.", "Ich musste zweimal nachfragen.",
                "{carrier} hat angeblich zugestellt, hier war aber niemand.",
                "Zum Geburtstag war es nicht da.",
                "Über eine Woche nach dem zugesagten Termin.", "Niemand hat Bescheid gegeben.",
                "Das Paket lag tagelang im Depot.", "Mit {carrier} hatte ich jetzt zweimal Ärger.",
            ),
            (
                "Bitte einen anderen Paketdienst.", "Schade.", "So nicht.", "Die Ware selbst ist gut.",
                "Überlege mir die nächste Bestellung.",
            ),
        ),
        "poor": Sentences(
            (
                "Schlechte Qualität.", "Enttäuscht.", "Nach einer Woche kaputt.", "Das Geld nicht wert.",
                "Mangelhaft.", "So etwas darf nicht verkauft werden.",
            ),
            (
                "Die Naht ist am ersten Tag aufgegangen.", "Der Reißverschluss klemmt.",
                "Nach der ersten Wäsche ausgeblichen.", "Unter dem Arm war ein Loch.",
                "Die Sohle hat sich nach zwei Wochen gelöst.", "Es fehlt ein Knopf.",
                "Riecht stark nach Chemie.",
                "Vorne war ein Fleck.",
            ),
            (
                "Geht zurück.", "Ich möchte mein Geld zurück.", "Wer kontrolliert das?", "Sehr schade.",
                "Nie wieder.",
            ),
        ),
        "small": Sentences(
            (
                "Fällt klein aus.", "Eine Nummer größer bestellen!", "Viel zu eng.", "Passt nicht.",
                "Vorsicht bei der Größe.", "Leider zu klein.",
            ),
            (
                "Der Bund ist fünf Zentimeter enger als in der Tabelle.", "Ich bekomme den Knopf nicht zu.",
                "Sonst trage ich immer diese Größe.", "Die Beine sind sehr schmal geschnitten.",
                "Das gleiche Modell in einer anderen Farbe passt.", "Die Größentabelle stimmt nicht.",
                "Offenbar wurde diese Serie anders zugeschnitten.",
                "Mindestens eine Größe kleiner als meine alte.",
            ),
            (
                "Zurückgeschickt.", "Bitte die Tabelle ändern.", "Schade, sonst schön.", "Größer bestellen.",
                "Der Umtausch war mühsam.",
            ),
        ),
        "forgiven": Sentences(
            ("Am Ende gut.", "Das Warten hat sich gelohnt.", "Gut, aber langsam."),
            (
                "Kam zu spät, ist aber toll.", "{carrier} war langsam, der Laden hilfsbereit.",
                "Ein paar Tage Verspätung, dafür gut gemacht.",
            ),
            ("Trotzdem empfohlen.", "Nächstes Mal bitte schneller."),
        ),
        "dull": Sentences(
            ("Nichts für mich.", "Mehr erwartet.", "Zu teuer.", "Hm."),
            (
                "Sieht anders aus als auf den Bildern.", "Für das Gebotene zu teuer.",
                "Die Farbe steht mir nicht.",
                "Die Preise steigen, die Qualität nicht.", "Fühlt sich steif an.",
            ),
            ("Geht zurück.", "Das nächste Mal woanders.", "Schade."),
        ),
    },
    helped=(
        "Schnelle und freundliche Hilfe.", "{agent} hat es in einer Stunde gelöst.",
        "Einfach und unkompliziert.",
        "Mit einer Nachricht erledigt.", "{agent} wusste sofort Bescheid.",
    ),
    waited=(
        "Es hat Tage gedauert, bis jemand antwortete.", "Ich musste alles dreimal erklären.",
        "Zu umständlich.",
        "Am Ende gelöst, aber warum so kompliziert?",
    ),
    subjects={
        "late": (
            "Wo ist mein Paket?", "Lieferung verspätet", "Bestellung {order} noch nicht da",
            "Wann kommt meine Ware?",
            "Sendungsverfolgung steht still", "Hat {carrier} das Paket verloren?",
        ),
        "poor": (
            "{title} ist defekt", "Naht aufgegangen", "Reklamation", "Beschädigt angekommen", "Loch im Stoff",
            "Bitte um Ersatz für {order}",
        ),
        "small": (
            "Falsche Größe", "{title} zu klein", "Umtausch in eine größere Größe", "Größentabelle falsch?",
            "Passt nicht, wie schicke ich zurück?",
        ),
        "plain": (
            "Adresse ändern", "Rechnung zu {order}", "Gutschein funktioniert nicht", "Frage zur Pflege",
            "Ein Teil fehlt", "Kommt {title} in anderen Farben?",
        ),
    },
)  # fmt: skip
