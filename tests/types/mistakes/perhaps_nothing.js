const info = Provider.get('openai'); print(info.models.length);
