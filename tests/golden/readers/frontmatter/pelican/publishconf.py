import os
from pelicanconf import *
SITEURL = 'https://nets.example'
