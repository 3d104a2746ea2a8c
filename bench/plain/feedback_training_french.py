from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

DARK, ACCENT, LIGHT = RGBColor(0x0B, 0x3C, 0x5D), RGBColor(0x1D, 0x7A, 0x8C), RGBColor(0xE8, 0xF1, 0xF2)
WHITE, TEXT = RGBColor(255, 255, 255), RGBColor(0x22, 0x2B, 0x33)
prs = Presentation()
prs.slide_width, prs.slide_height = Inches(13.333), Inches(7.5)
prs.core_properties.title = "Donner un feedback utile"
prs.core_properties.language = "fr-FR"


def write(frame, text, size=16, bold=False, color=TEXT, align=PP_ALIGN.LEFT, first=True):
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, color, "Calibri"
    run._r.get_or_add_rPr().set("lang", "fr-FR")
    return paragraph


def box(slide, x, y, w, h, fill=None):
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(x), Inches(y), Inches(w), Inches(h))
    shape.line.fill.background()
    if fill is None:
        shape.fill.background()
    else:
        shape.fill.solid()
        shape.fill.fore_color.rgb = fill
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    return frame


def new_slide(title, notes):
    slide = prs.slides.add_slide(prs.slide_layouts[5])
    holder = slide.shapes.title
    holder.left, holder.top, holder.width, holder.height = Inches(0.6), Inches(0.4), Inches(12.1), Inches(1.1)
    holder.text_frame.word_wrap = True
    write(holder.text_frame, title, 28, True, DARK)
    number = len(prs.slides)
    write(box(slide, 0.6, 7.0, 10, 0.35), "Formation des chefs d’équipe", 10, color=ACCENT)
    write(box(slide, 12.0, 7.0, 0.8, 0.35), str(number), 10, color=ACCENT, align=PP_ALIGN.RIGHT)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def bullets(frame, heading, points):
    write(frame, heading, 20, True, DARK)
    for point in points:
        write(frame, "• " + point, 16, first=False).space_before = Pt(8)


cover = prs.slides.add_slide(prs.slide_layouts[0])
cover.background.fill.solid()
cover.background.fill.fore_color.rgb = DARK
write(cover.shapes.title.text_frame, "Donner un feedback utile", 44, True, WHITE)
subtitle = cover.placeholders[1].text_frame
write(subtitle, "Formation pour les nouveaux chefs d’équipe de l’entrepôt", 24, color=WHITE)
write(subtitle, "Séance de 90 minutes, 12 participants", 16, color=LIGHT, first=False)
cover.notes_slide.notes_text_frame.text = "Accueillez le groupe et demandez à chacun un souvenir de feedback utile."

slide = new_slide(
    "Un feedback régulier rend l’équipe plus sûre, plus rapide et plus soudée",
    "Demandez un exemple vécu pour chaque carte. Insistez sur la sécurité, que tous connaissent.",
)
cards = [
    ("Sécurité", "Un geste à risque est corrigé avant l’accident."),
    ("Qualité", "Une erreur de préparation ne se répète pas."),
    ("Motivation", "Le travail bien fait est vu et reconnu."),
    ("Confiance", "On se parle tôt, avant que la tension ne monte."),
]
for i, (heading, text) in enumerate(cards):
    frame = box(slide, 0.6 + i * 3.05, 2.2, 2.85, 3.6, LIGHT)
    write(frame, heading, 20, True, ACCENT)
    write(frame, text, 16, first=False)

slide = new_slide(
    "La méthode SBI tient en trois phrases : situation, comportement, impact",
    "Lisez les trois phrases à la suite. Le comportement se décrit, il ne se juge pas.",
)
steps = [
    ("S", "Situation", "Quand et où ? « Ce matin, au quai 4… »"),
    ("B", "Comportement", "Qu’ai-je vu ou entendu, sans juger ? « … tu as laissé la palette dans l’allée… »"),
    ("I", "Impact", "Avec quel effet ? « … et le chariot a dû faire demi-tour. »"),
]
for i, (letter, heading, text) in enumerate(steps):
    arrow = slide.shapes.add_shape(
        MSO_SHAPE.CHEVRON if i else MSO_SHAPE.PENTAGON, Inches(0.6 + i * 4.05), Inches(1.9), Inches(3.95), Inches(1.2)
    )
    arrow.fill.solid()
    arrow.fill.fore_color.rgb = ACCENT
    arrow.line.fill.background()
    write(arrow.text_frame, letter, 32, True, WHITE, PP_ALIGN.CENTER)
    frame = box(slide, 0.6 + i * 4.05, 3.3, 3.8, 2.8)
    write(frame, heading, 20, True, DARK)
    write(frame, text, 16, first=False)

slide = new_slide(
    "Le bon exemple décrit un fait, le mauvais juge la personne",
    "Faites d’abord jouer le mauvais exemple, puis le bon. Demandez ce que chacun a ressenti.",
)
bullets(
    box(slide, 0.6, 1.9, 5.9, 4.6, LIGHT),
    "À éviter",
    [
        "« Tu es toujours négligent. »",
        "Juge la personne",
        "Généralise : « toujours », « jamais »",
        "Ne dit pas quoi changer",
    ],
)
bullets(
    box(slide, 6.8, 1.9, 5.9, 4.6, RGBColor(0xD5, 0xEC, 0xE4)),
    "À faire",
    [
        "« Ce matin, au quai 4, tu as laissé la palette dans l’allée ; le chariot a dû faire demi-tour. »",
        "Décrit un fait précis",
        "Montre l’effet",
        "Ouvre la discussion : « Comment l’éviter ? »",
    ],
)

slide = new_slide(
    "En binôme : trois tours de 10 minutes pour s’exercer",
    "Formez six binômes. Annoncez chaque changement de tour et circulez entre les groupes.",
)
line = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0.6), Inches(2.6), Inches(12.1), Inches(0.06))
line.fill.solid()
line.fill.fore_color.rgb = ACCENT
line.line.fill.background()
rounds = [
    ("10 min", "Tour 1", "A donne un feedback positif, B écoute et reformule."),
    ("10 min", "Tour 2", "B donne un feedback correctif selon SBI."),
    ("10 min", "Tour 3", "Chacun refait son message après les remarques de l’autre."),
]
for i, (label, heading, text) in enumerate(rounds):
    dot = slide.shapes.add_shape(MSO_SHAPE.OVAL, Inches(0.7 + i * 4.05), Inches(2.48), Inches(0.3), Inches(0.3))
    dot.fill.solid()
    dot.fill.fore_color.rgb = DARK
    write(box(slide, 0.6 + i * 4.05, 1.8, 3.8, 0.5), label, 14, True, ACCENT)
    frame = box(slide, 0.6 + i * 4.05, 3.0, 3.8, 2.5)
    write(frame, heading, 20, True, DARK)
    write(frame, text, 16, first=False)

slide = new_slide(
    "Dès lundi, chacun évite quatre erreurs et applique trois gestes",
    "Chacun note un engagement et le lit à voix haute. Fixez la date d’un retour d’expérience.",
)
bullets(
    box(slide, 0.6, 1.9, 5.9, 4.6),
    "Erreurs fréquentes",
    [
        "Attendre l’entretien annuel",
        "Critiquer devant l’équipe",
        "Noyer le message dans les compliments",
        "Parler sans écouter la réponse",
    ],
)
bullets(
    box(slide, 6.8, 1.9, 5.9, 4.6),
    "Dès lundi",
    [
        "Un feedback positif par jour",
        "Un feedback SBI préparé par écrit",
        "Un point de dix minutes avec chaque membre de l’équipe",
    ],
)

prs.save("feedback_training_french.pptx")
