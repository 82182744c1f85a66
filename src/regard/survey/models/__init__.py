from regard.survey.models.invitation import Channel, Invitation, InvitationState
from regard.survey.models.submission import GivenAnswer, Submission, Upload
from regard.survey.models.survey import AskingRules, Survey, SurveyState, SurveyVersion

__all__ = [
    "AskingRules",
    "Channel",
    "GivenAnswer",
    "Invitation",
    "InvitationState",
    "Submission",
    "Survey",
    "SurveyState",
    "SurveyVersion",
    "Upload",
]
