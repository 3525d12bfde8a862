from fastapi import FastAPI

app = FastAPI(title='reports')


@app.get('/search')
def search(q: str) -> dict:
    return {'q': q, 'results': []}
