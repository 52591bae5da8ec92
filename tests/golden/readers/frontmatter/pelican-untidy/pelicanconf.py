AUTHOR = 'Mira Falk'
SITEURL = 'https://nets.example'
PATH = 'content'
TIMEZONE = 'Europe/Rome'
DEFAULT_LANG = 'it'
ARTICLE_PATHS = ['articles']
STATIC_PATHS = ['images']
