const found = await RAG.search('tea'); found.forEach((hit) => print(hit.text));
