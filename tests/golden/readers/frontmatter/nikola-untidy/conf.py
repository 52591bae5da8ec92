BLOG_AUTHOR = 'Ola Strand'
SITE_URL = 'https://oar.example/'
TIMEZONE = 'Europe/Oslo'
DEFAULT_LANG = 'nb'
TRANSLATIONS = {DEFAULT_LANG: '', 'en': './en'}
POSTS = (('posts/*.rst', 'posts', 'post.tmpl'), ('posts/*.md', 'posts', 'post.tmpl'))
