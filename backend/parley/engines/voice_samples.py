"""Something to hear a voice by, in its language. Pure data."""

SAMPLES = {
    "de": "Hallo, ich bin dein Assistent. Was machen wir heute?",
    "en": "Hello, I am your assistant. What shall we do today?",
    "es": "Hola, soy tu asistente. ¿Qué hacemos hoy?",
    "fr": "Bonjour, je suis votre assistant. Que faisons-nous aujourd’hui ?",
    "hi": "नमस्ते, मैं आपका सहायक हूँ। आज हम क्या करें?",
    "it": "Ciao, sono il tuo assistente. Che cosa facciamo oggi?",
    "pt": "Olá, eu sou o seu assistente. O que vamos fazer hoje?",
}


def sample_in(language: str, otherwise: str = SAMPLES["en"]) -> str:
    """`language`: `en`, `en-us`."""
    return SAMPLES.get(language.partition("-")[0], otherwise)
