from __future__ import annotations

from django.urls import path

from regard.task.pages import cases, handling, task, tasks

urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", task.new_task, name="task_new"),
    path("tasks/do/", handling.do_selected, name="tasks_do"),
    path("tasks/take/", handling.take_selected, name="tasks_take"),
    path("tasks/reopen/", handling.reopen_selected, name="tasks_reopen"),
    path("cases/", cases.cases, name="cases"),
    path("cases/open/<int:customer_id>/", cases.open_new, name="case_open"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/change/", cases.change, name="case_change"),
    path("cases/<int:case_id>/<slug:stage>/finish/", cases.finish, name="case_finish"),
    path("cases/<int:case_id>/<slug:stage>/reopen/", cases.reopen, name="case_reopen"),
    path("tasks/<int:task_id>/", task.task, name="task"),
    path("tasks/<int:task_id>/people/", handling.people, name="task_people"),
    path("tasks/<int:task_id>/take/", handling.take, name="task_take"),
    path("tasks/<int:task_id>/do/", handling.do, name="task_do"),
    path("tasks/<int:task_id>/drop/", handling.drop, name="task_drop"),
    path("tasks/<int:task_id>/reopen/", handling.reopen, name="task_reopen"),
    path("tasks/<int:task_id>/postpone/", handling.postpone, name="task_postpone"),
]
