"""What every page needs: the number of rows asked for, the visitor, and JSON out."""

from django.http import JsonResponse


def rows_of(request):
    """?rows=N, between 0 and 1000, 50 if absent."""
    text = request.GET.get("rows", "50")
    return min(int(text), 1000) if text.isdecimal() else 50


def customer_id_of(request):
    """?customer=N stands for the session cookie of a real shop. Customer 1 ordered most."""
    text = request.GET.get("customer", "1")
    return int(text) if text.isdecimal() else 1


def page(items):
    """Keys are sorted, so that a pair of pages can be compared byte by byte."""
    return JsonResponse({"items": items}, json_dumps_params={"sort_keys": True})
