from __future__ import annotations

from django.urls import path

from regard.survey.pages import (
    editor,
    files,
    how_often,
    making,
    printing,
    publishing,
    results,
    survey,
    surveys,
)

urlpatterns = [
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/new/", making.new, name="survey_new"),
    path("surveys/how-often/", how_often.how_often, name="survey_how_often"),
    path("surveys/import/", making.import_text, name="survey_import"),
    path("surveys/shipped/<slug:key>/take/", surveys.take, name="survey_take"),
    path("surveys/<int:survey_id>/", survey.survey, name="survey"),
    path("surveys/<int:survey_id>/edit/", editor.edit, name="survey_edit"),
    path("surveys/<int:survey_id>/results/", results.results, name="survey_results"),
    path("surveys/<int:survey_id>/results.csv", results.export, name="survey_results_export"),
    path("surveys/<int:survey_id>/files/", files.files, name="survey_files"),
    path("surveys/files/<int:file_id>/", files.fetch, name="survey_file_fetch"),
    path("surveys/<int:survey_id>/versions/", survey.versions, name="survey_versions"),
    path("surveys/<int:survey_id>/text/", survey.text, name="survey_text"),
    path("surveys/<int:survey_id>/text.yaml", survey.text_file, name="survey_file"),
    path("surveys/<int:survey_id>/publish/", publishing.publish, name="survey_publish"),
    path("surveys/<int:survey_id>/pause/", publishing.pause, name="survey_pause"),
    path("surveys/<int:survey_id>/resume/", publishing.resume, name="survey_resume"),
    path("surveys/<int:survey_id>/end/", publishing.end, name="survey_end"),
    path("surveys/<int:survey_id>/copy/", making.copy, name="survey_copy"),
    path("surveys/<int:survey_id>/link/", publishing.link, name="survey_link"),
    path("surveys/<int:survey_id>/print/", printing.printed, name="survey_print"),
    path("surveys/<int:survey_id>/code.<slug:form>", printing.code, name="survey_code"),
    path("surveys/<int:survey_id>/delete/", publishing.delete, name="survey_delete"),
]
