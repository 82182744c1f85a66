"""What an anonymous survey keeps from whoever has the database."""

from __future__ import annotations

import pytest
from django.db import connection

from regard.core import clock
from regard.survey.domain.anonymity import cut_ties
from regard.survey.models import GivenAnswer, Invitation, Submission
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, publish

PRODUCT = (
    NPS.replace("Tell us more", "'What about {{ product.title | default: \"it\" }}?'") + "anonymous: true\n"
)


def transactions(rows):
    """By which each was written, the earliest first; a nested one has the number after that around it."""
    query = f"SELECT xmin::text::bigint FROM {rows.model._meta.db_table} WHERE id = ANY(%s) ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(query, [list(rows.values_list("pk", flat=True))])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_leads_from_an_answer_to_an_invitation_after_a_night(store):
    shop = Shop(store)
    with clock.set_to(NOW):
        publish(store, NPS + "anonymous: true\n")
        for user in ("ada", "bob", "cyd"):
            shop.identify(user, name=user, email=f"{user}@example.com")
        done, begun, waiting = (ask(store, user) for user in ("ada", "bob", "cyd"))
        for asked, score in ((done, "9"), (begun, "3")):
            Visitor(asked.url).answer(score)
        noted = Invitation.objects.exclude(pk=waiting.invitation.pk)
        answers = transactions(GivenAnswer.objects.all())
        assert transactions(noted)[0] < answers[0] < transactions(noted)[1] < answers[1]
        before = Invitation.objects.values_list("pk", "state", "completed_at").order_by("pk")
        held = list(before)

        assert cut_ties() == 2
        first, second = transactions(noted)
        assert first == second > answers[1]
        assert list(before) == held
    shop.close()


@pytest.mark.django_db
def test_whose_answers_are_known_are_left_alone(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada", email="ada@example.com")
        publish(store, NPS)
        Visitor(ask(store).url).answer("9")
        assert cut_ties() == 0
        shop.close()


@pytest.mark.django_db
def test_an_answer_keeps_no_product_and_its_questions_name_it_all_the_same(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada", email="ada@example.com")
        shop.happens("ada", "Order Completed", order_id="A1", total=50, products=[
            {"product_id": "P1", "name": "Blue cup", "price": 50, "quantity": 1},
        ])  # fmt: skip
        shop.settle()
        publish(store, PRODUCT)
        visitor = Visitor(ask(store, order_id="A1", product_id="P1").url)
        visitor.answer("3")
        assert "What about Blue cup?" in visitor.answer("price")
        sitting = Submission.objects.get()
        assert (sitting.order_external_id, sitting.product_external_id) == ("", "")
        shop.close()
