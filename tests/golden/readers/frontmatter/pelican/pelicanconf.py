from datetime import datetime
AUTHOR = 'Mira Falk'
SITEURL = ''
PATH = 'content'
TIMEZONE = 'Europe/Rome'
DEFAULT_LANG = 'it'
ARTICLE_URL = 'n/{date:%Y}/{date:%m}/{slug}/'
YEAR = datetime.now().year
