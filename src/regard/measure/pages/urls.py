from __future__ import annotations

from django.urls import path

from regard.measure.pages import costs, metric, metrics, own, products, relationships, rows

urlpatterns = [
    path("products/", products.product_list, name="products"),
    path("products/table", products.product_table, name="product_table"),
    path("products/figures", products.product_figures, name="product_figures"),
    path("products.csv", products.export_products, name="products_export"),
    path("products/chart-<slug:name>", products.chart, name="product_chart"),
    path("products/chart-<slug:name>.<slug:form>", products.chart, name="product_chart_file"),
    path("products/<path:product_id>/", products.product, name="product"),
    path("metrics/", metrics.metric_list, name="metric_list"),
    path("settings/costs/", costs.costs, name="costs"),
    path("metrics/of/<slug:sphere>/", metrics.metric_values, name="metric_values"),
    path("metrics/<slug:metric_id>/", metric.metric, name="metric"),
    path("metrics/<slug:metric_id>/target/", own.change_target, name="metric_target"),
    path("metrics/<slug:metric_id>/baseline/", own.change_baseline, name="metric_baseline"),
    path("metrics/<slug:metric_id>/rows/", rows.rows, name="metric_rows"),
    path("metrics/<slug:metric_id>/rows/export/", rows.export_rows, name="metric_rows_export"),
    path("relationships/", relationships.relationships, name="relationships"),
    path("relationships/cohorts", relationships.cohorts, name="cohorts"),
    path("relationships/cohorts.csv", relationships.export_cohorts, name="cohorts_export"),
    path("relationships/moves", relationships.moves, name="moves"),
    path("relationships/moves.csv", relationships.export_moves, name="moves_export"),
    path("relationships/moved/", relationships.moved_list, name="moved_customers"),
    path("relationships/chart-<slug:name>", relationships.chart, name="relationship_chart"),
    path("relationships/chart-<slug:name>.<slug:form>", relationships.chart, name="relationship_chart_file"),
    path("settings/definitions/", own.definitions, name="definitions"),
    path("metrics/<slug:metric_id>/<slug:asked>/chart", metric.chart, name="metric_chart"),
    path("metrics/<slug:metric_id>/<slug:asked>/chart.<slug:form>", metric.chart, name="metric_chart_file"),
]
