"""What people write in Spanish."""

from __future__ import annotations

from regard.sim.words.phrases import Phrases, Sentences

SPANISH = Phrases(
    said={
        "good": Sentences(
            (
                "Encantada.", "Perfecto.", "Justo lo que buscaba.", "Una grata sorpresa.",
                "Segunda compra y otra vez muy bien.", "Un regalo que gustó mucho.",
                "Mejor que en las fotos.",
            ),
            (
                "La tela es buena y las costuras están bien hechas.", "La talla coincide con la guía.",
                "El color es el de las fotos.", "Llegó un día antes de lo previsto.",
                "Tras cuatro lavados sigue como nuevo.", "Bien empaquetado y sin plástico.",
                "Sienta muy bien.", "Muy buena calidad por lo que cuesta.",
                "Ya me han preguntado dónde lo compré.",
                "{title}: no me lo quito.", "Abriga sin pesar.",
            ),
            ("Lo recomiendo.", "¡Gracias!", "Volveré a comprar.", "Seguid así.", "Cinco estrellas."),
        ),
        "fine": Sentences(
            ("Correcto.", "Ni bien ni mal.", "Regular.", "Normalito.", "Pasable."),
            (
                "El color es algo más apagado que en la pantalla.", "Por ese precio esperaba más.",
                "Se arruga enseguida.", "Es más fino de lo que pensaba.", "Los botones están flojos.",
            ),
            ("Me lo quedo.", "Ya veremos cuánto dura.", "Tres estrellas."),
        ),
        "late": Sentences(
            (
                "Demasiado tarde.", "La entrega, un desastre.", "Otra vez con retraso.", "Cuánta espera.",
                "El paquete no llegaba nunca.",
            ),
            (
                "El seguimiento no se movió en seis días.", "Tuve que preguntar dos veces dónde estaba.",
                "{carrier} dijo que había pasado y aquí no vino nadie.", "Llegó después del cumpleaños.",
                "Más de una semana después de la fecha prometida.", "Nadie me avisó.",
                "El paquete estuvo días en el almacén.", "Con {carrier} siempre hay problemas.",
            ),
            (
                "Cambiad de transportista.", "Una pena.", "Me lo pensaré antes de volver a pedir.",
                "El producto, eso sí, está bien.",
            ),
        ),
        "poor": Sentences(
            ("Mala calidad.", "Decepcionado.", "Roto en una semana.", "No vale lo que cuesta.",
             "Defectuoso."),
            (
                "Se abrió una costura el primer día.", "La cremallera se atasca.",
                "Perdió el color en el primer lavado.", "Tenía un agujero bajo el brazo.",
                "La suela se despegó en dos semanas.", "Falta un botón.", "Huele a producto químico.",
                "Venía con una mancha.",
            ),
            ("Lo devuelvo.", "Quiero mi dinero.", "¿Quién revisa esto?", "Una lástima.", "Nunca más."),
        ),
        "small": Sentences(
            (
                "Talla pequeño.", "¡Pedid una talla más!", "Demasiado estrecho.", "No me vale.",
                "Cuidado con las tallas.",
            ),
            (
                "La cintura mide cinco centímetros menos que en la guía.", "No puedo abrochar el botón.",
                "Es mi talla de siempre.", "Las piernas son muy estrechas.",
                "El mismo en otro color sí me vale.",
                "La guía de tallas está mal.", "Parece que esta serie está cortada de otra manera.",
            ),
            ("Devuelto.", "Corregid la guía.", "Una pena, me gustaba.", "El cambio fue un lío."),
        ),
        "forgiven": Sentences(
            ("Al final, bien.", "Valió la espera.", "Bien, pero lento."),
            (
                "Llegó tarde, pero es precioso.", "{carrier} fue lento y la tienda amable.",
                "Unos días de retraso, pero bien hecho.",
            ),
            ("Aun así lo recomiendo.", "La próxima vez, más rápido."),
        ),
        "dull": Sentences(
            ("No es para mí.", "Esperaba más.", "Caro.", "Decepción."),
            (
                "No se parece a las fotos.", "Caro para lo que es.", "El color no me sienta bien.",
                "Suben los precios y la calidad no.", "La tela es rígida.",
            ),
            ("Devolución.", "La próxima, en otro sitio.", "En fin."),
        ),
    },
    helped=(
        "Ayuda rápida y amable.", "{agent} lo resolvió en una hora.", "Fácil.", "Resuelto con un mensaje.",
        "{agent} supo qué hacer.",
    ),
    waited=(
        "Tardaron días en contestar.", "Tuve que explicarlo todo tres veces.", "Demasiado complicado.",
        "Al final se resolvió, pero con mucho esfuerzo.",
    ),
    subjects={
        "late": (
            "¿Dónde está mi pedido?", "Paquete con retraso", "Pedido {order} sin recibir",
            "El seguimiento no avanza", "¿{carrier} ha perdido mi paquete?",
        ),
        "poor": (
            "{title} defectuoso", "Costura abierta", "Reclamación", "Llegó dañado", "Cambio para {order}",
        ),
        "small": (
            "Talla equivocada", "{title} pequeño", "Cambio por una talla más", "¿Guía de tallas errónea?",
            "Devolución: no me vale",
        ),
        "plain": (
            "Cambio de dirección", "Factura de {order}", "El cupón no funciona", "Duda sobre el lavado",
            "Falta un artículo",
        ),
    },
)  # fmt: skip
