import os

ALLOWED_HOSTS = ['localhost', '203.0.113.10']
CSRF_TRUSTED_ORIGINS = ['http://203.0.113.10:8000']
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': 'crm',
        'HOST': os.environ.get('DB_HOST', 'localhost'),
        'PORT': os.environ.get('DB_PORT', '5432'),
    }
}
