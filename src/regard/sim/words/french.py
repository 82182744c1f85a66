"""What people write in French."""

from __future__ import annotations

from regard.sim.words.phrases import Phrases, Sentences

FRENCH = Phrases(
    said={
        "good": Sentences(
            (
                "Très contente.", "Parfait.", "Conforme à mes attentes.", "Une belle surprise.",
                "Deuxième commande, toujours ravie.", "Un cadeau qui a fait plaisir.",
                "Encore mieux qu'en photo.",
            ),
            (
                "La matière est agréable et les coutures sont nettes.", "La taille correspond au guide.",
                "La couleur est celle des photos.", "Livré un jour plus tôt que prévu.",
                "Après quatre lavages, comme neuf.", "Bien emballé, sans plastique.",
                "La coupe tombe très bien.",
                "Très bon rapport qualité-prix.", "On m'en a déjà fait compliment.",
                "{title} : je ne le quitte plus.", "C'est chaud sans être lourd.",
            ),
            ("Je recommande.", "Merci !", "Je reviendrai.", "Continuez ainsi.", "Cinq étoiles."),
        ),
        "fine": Sentences(
            ("Correct.", "Pas mal, sans plus.", "Mitigée.", "Bof.", "Moyen."),
            (
                "La couleur est un peu plus terne qu'à l'écran.", "Pour ce prix, j'attendais mieux.",
                "Le tissu se froisse vite.", "Plus fin que je ne pensais.", "Les boutons tiennent mal.",
            ),
            ("Je le garde.", "À voir dans le temps.", "Trois étoiles."),
        ),
        "late": Sentences(
            (
                "Beaucoup trop tard.", "Livraison catastrophique.", "Encore en retard.", "Quelle attente !",
                "Le colis a traîné.", "Déçue par la livraison.",
            ),
            (
                "Le suivi n'a pas bougé pendant six jours.", "J'ai dû demander deux fois où était mon colis.",
                "{carrier} dit être passé, il n'y avait personne.", "Arrivé après l'anniversaire.",
                "Plus d'une semaine après la date promise.", "Personne ne m'a prévenue.",
                "Le colis est resté des jours au dépôt.", "{carrier} ne répond pas au téléphone.",
                "La date a changé trois fois.",
            ),
            (
                "Changez de transporteur.", "Dommage.", "Je réfléchirai avant de recommander.",
                "Le produit, lui, est bien.", "Inadmissible.",
            ),
        ),
        "poor": Sentences(
            (
                "Mauvaise qualité.", "Déçu.", "Cassé au bout d'une semaine.", "Ne vaut pas son prix.",
                "Produit défectueux.",
            ),
            (
                "Une couture a lâché le premier jour.", "La fermeture éclair se bloque.",
                "La couleur est partie au premier lavage.", "Il y avait un trou sous le bras.",
                "La semelle s'est décollée en deux semaines.", "Il manque un bouton.",
                "Une odeur de produit chimique qui reste.", "Une tache sur le devant.",
            ),
            ("Je renvoie.", "Je veux être remboursé.", "Qui contrôle ?", "Vraiment dommage.", "Plus jamais."),
        ),
        "small": Sentences(
            (
                "Taille petit.", "Prenez une taille au-dessus !", "Beaucoup trop serré.", "Ne va pas.",
                "Attention aux tailles.", "Trop petit.",
            ),
            (
                "La taille fait cinq centimètres de moins que sur le guide.",
                "Impossible de fermer le bouton.",
                "C'est pourtant ma taille habituelle.", "Les jambes sont coupées très étroit.",
                "Le même dans une autre couleur me va.", "Le guide des tailles est faux.",
                "Cette série semble coupée autrement.",
            ),
            ("Renvoyé.", "Corrigez le guide.", "Dommage, il me plaisait.", "L'échange a été pénible."),
        ),
        "forgiven": Sentences(
            ("Bien à la fin.", "Ça valait l'attente.", "Bien, mais lent."),
            (
                "Arrivé en retard, mais très beau.", "{carrier} a été lent, la boutique serviable.",
                "Quelques jours de retard, mais bien fait.",
            ),
            ("Je recommande quand même.", "Plus vite la prochaine fois."),
        ),
        "dull": Sentences(
            ("Pas pour moi.", "J'attendais mieux.", "Trop cher.", "Décevant."),
            (
                "Rien à voir avec les photos.", "Cher pour ce que c'est.", "La couleur ne me va pas.",
                "Les prix montent, la qualité non.", "Le tissu est raide.",
            ),
            ("Retour.", "La prochaine fois ailleurs.", "Tant pis."),
        ),
    },
    helped=(
        "Aide rapide et aimable.", "{agent} a tout réglé en une heure.", "Simple et efficace.",
        "Réglé en un message.", "{agent} savait quoi faire.",
    ),
    waited=(
        "Il a fallu des jours pour une réponse.", "J'ai dû tout expliquer trois fois.", "Trop compliqué.",
        "Réglé à la fin, mais quel effort.",
    ),
    subjects={
        "late": (
            "Où est mon colis ?", "Colis en retard", "Commande {order} pas encore reçue",
            "Le suivi ne bouge plus", "{carrier} a perdu mon colis ?", "Quand serai-je livrée ?",
        ),
        "poor": (
            "{title} défectueux", "Couture ouverte", "Réclamation", "Arrivé abîmé",
            "Remplacement pour {order}",
        ),
        "small": (
            "Mauvaise taille", "{title} trop petit", "Échange contre une taille au-dessus",
            "Guide des tailles faux ?", "Retour : ne va pas",
        ),
        "plain": (
            "Changement d'adresse", "Facture de {order}", "Le bon de réduction ne marche pas",
            "Question d'entretien",
            "Il manque un article",
        ),
    },
)  # fmt: skip
