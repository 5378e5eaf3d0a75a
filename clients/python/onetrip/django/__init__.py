"""For Django's settings:

    MIDDLEWARE = ["onetrip.django.middleware.RequestTags", …]     first, in development
    INSTALLED_APPS = ["onetrip.django", …]                        for manage.py onetrip_models
"""
