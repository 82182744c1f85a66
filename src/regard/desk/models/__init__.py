from regard.desk.models.ticket import Ticket

__all__ = ["Ticket"]
