"""What simulated people say: a mail-forwarding firm that also hosts websites. Made-up people, places and domains.

Topics stand in the order of how hard they are (visitors.KINDS).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

AGENTS = (
    "Radek Šťastný", "Alžběta Dušková", "Giorgos Petrou", "Agnieszka Wójcik", "Martin Horák", "Olga Smirnova",
    "Zuzana Kováčová", "David Fischer", "Kateřina Veselá", "Piotr Zieliński", "Maria Georgiou", "Jakub Novotný",
    "Eva Pokorná", "Ondřej Kříž", "Anna Lewandowska", "Dimitris Vlachos", "Hana Jelínková", "Filip Baláž",
    "Irina Volkova", "Michal Urban", "Klára Sedláčková", "Samuel Green", "Barbora Malá", "Yannis Kostas",
)  # fmt: skip
FIRST_NAMES = (
    "Adam", "Alena", "Andrea", "Ben", "Carla", "Daniel", "Elena", "Erik", "Fatima", "George", "Helen", "Igor", "Ivana",
    "James", "Jana", "Karel", "Katerina", "Laura", "Lukáš", "Magda", "Marek", "Nadia", "Oliver", "Pavel", "Petra",
    "Renata", "Sofia", "Stefan", "Tereza", "Viktor", "Wanda", "Yusuf",
)  # fmt: skip
LAST_NAMES = (
    "Adams", "Bauer", "Černý", "Dimou", "Ellis", "Fiala", "Garcia", "Hájek", "Ivanov", "Jansen", "Kowalska", "Lund",
    "Molnár", "Nagy", "Orsini", "Papas", "Quinn", "Rossi", "Šimek", "Turner", "Vašek", "Weber", "Young", "Zeman",
)  # fmt: skip
COUNTRIES = (
    "Canada",
    "Australia",
    "Norway",
    "Cyprus",
    "the United States",
    "Brazil",
    "Japan",
    "Switzerland",
    "Ireland",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DOMAINS = (
    "lavender-studio",
    "old-town-bakery",
    "north-bikes",
    "klara-photo",
    "green-roofs",
    "tea-and-paper",
    "atelier7",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """questions and answers: texts with {box} {country} {day} {domain} {n} in them."""

    name: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """One department: its name and its topics, one for each kind of chat."""

    name: str
    topics: tuple[Topic, ...]


TRADES: dict[str, Trade] = {
    "support": Trade(
        "Support",
        (
            Topic(
                "Scan",
                ("Could you scan the letter that came to box {box} on {day}?",
                 "The scan of my letter is hard to read. Can I have it again?"),
                ("I have asked the scanning desk; it will be in your account within the hour.",
                 "It is scanned again, this time in colour. You should see it now."),
            ),
            Topic(
                "Parcel on its way",
                ("Where is my parcel to {country}? It left on {day} and the tracking has not moved since.",
                 "Has the parcel for box {box} been handed to the carrier yet?",
                 "Tracking says delivered, but nothing came to {country}."),
                ("It passed customs this morning; the carrier expects to deliver within {n} days.",
                 "I see it in the depot. It leaves with tonight's lorry.",
                 "The carrier has the signature of a neighbour. I send you the name."),
            ),
            Topic(
                "Invoice",
                ("Invoice {n}{box} shows VAT though our company is in {country}. Can you correct it?",
                 "I was charged twice for forwarding in box {box}."),
                ("Your VAT number was missing. I have added it and a new invoice is on its way.",
                 "You are right, one of the two is refunded; it takes about {n} working days."),
            ),
            Topic(
                "Account",
                ("I cannot sign in to box {box} since I changed my phone.",
                 "A colleague has left us. How do I take her access to our mail away?"),
                ("I need to check who is speaking first. What are the last letters that you received from us?",
                 "The old phone is removed. Please sign in once more and add the new one."),
            ),
        ),
    ),
    "sales": Trade(
        "Sales",
        (
            Topic(
                "Prices",
                ("What does a box with {n} letters a month cost?",
                 "Is forwarding to {country} included in the monthly price?"),
                ("A box costs € 9 a month with scans included; forwarding is paid per parcel.",
                 "To {country} a letter is € 4, a parcel up to 2 kg is € 17."),
            ),
            Topic(
                "New box",
                ("How soon could we have an address in Prague?", "I would like a second box for my company."),
                ("It is yours today: I need a copy of an identity card and the contract.",
                 "Of course. Shall it run under the same invoice?"),
            ),
            Topic(
                "Contract",
                ("How do I cancel at the end of {day}?", "Can the contract be moved to another company?"),
                ("You can cancel at the end of any month; there is no fee.",
                 "Yes, with a signature of both. I mail you the form."),
            ),
            Topic(
                "Large customers",
                ("We get some {n}00 letters a month for {n} branches. What can you offer?",
                 "Could you sort our post by department and forward it to {country} each {day}?"),
                ("I put an offer together and come back to you; a few questions first.",
                 "We do that for others. Let me ask the warehouse about the sorting."),
            ),
        ),
    ),
    "hosting": Trade(
        "Web hosting",
        (
            Topic(
                "Domain",
                ("When is {domain}.example to be renewed?", "How do I point {domain}.example to another server?"),
                ("It renews by itself in {n} weeks.", "In the panel under DNS; I have opened the record for you."),
            ),
            Topic(
                "E-mail",
                ("Mails from info@{domain}.example end up as spam since {day}.",
                 "How large may the mailbox of {domain}.example get?"),
                ("The SPF record did not name our server. It does now; give it an hour.",
                 "Yours has 10 GB, and {n} GB are used."),
            ),
            Topic(
                "Website slow",
                ("{domain}.example takes {n} seconds to load since {day}.",
                 "Our shop at {domain}.example is slow every evening."),
                ("A plug-in asks the database {n}00 times for each page. Shall I switch it off?",
                 "I moved it to a quieter server. Could you try again, please?"),
            ),
            Topic(
                "Website down",
                ("{domain}.example answers with error 500 since {day}!",
                 "Our website {domain}.example is gone. We have customers waiting!"),
                ("I see it. An update went wrong; I am putting yesterday's backup in place.",
                 "The certificate could not be renewed. I am looking into why."),
            ),
        ),
    ),
}  # fmt: skip
GREETINGS = (
    "Hello, this is {agent}. One moment please, I am looking into it.",
    "Hello! {agent} here. I am checking it.",
)
AGAIN = (
    "Sorry, my connection was lost. I am back with you.",
    "Hello, this is {agent}. I read what you wrote; one moment.",
)
VISITOR_TURNS = (
    "Thank you. And how long will that take?", "Yes, that's right.", "I see it now.", "Could you check again, please?",
    "That is not quite what I meant.", "The number is {n}{box}.", "OK, I am waiting.", "It is rather urgent for us.",
)  # fmt: skip
AGENT_TURNS = (
    "Done. Is there anything else?", "I am just asking a colleague.", "Could you tell me the number on the letter?",
    "It should be right now.", "Let me look.", "I have made a note for the next shift, too.",
)  # fmt: skip
GOODBYES = ("Thank you for writing. Have a good day!", "You are welcome. Goodbye!", "Glad that it works. Bye!")
PASSED_ON = ("I pass this on to a colleague; you hear from us by mail.", "That needs a closer look. We write to you.")
PRAISE = (
    None, None, None, "Quick and friendly.", "Solved in a minute!", "Very patient, thank you.", "As always: great.",
    "I did not expect an answer that fast.",
)  # fmt: skip
BLAME = (
    None, "I had to explain it twice.", "Waited too long.", "Still does not work.", "I was told otherwise yesterday.",
    "Friendly, but it was not solved.",
)  # fmt: skip
SOLVED = ("It is done. Please tell us if anything is still wrong.", "We have corrected it, sorry for the trouble.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one visitor talks about, the same through a whole chat."""

    box: int
    country: str
    day: str
    domain: str
    n: int
    agent: str

    def say(self, text: str) -> str:
        return text.format(
            box=self.box, country=self.country, day=self.day, domain=self.domain, n=self.n, agent=self.agent
        )


def facts(luck: Random, agent: str) -> Facts:
    """agent: first name of who answers; '' where nobody does."""
    return Facts(
        luck.randint(100, 999),
        luck.choice(COUNTRIES),
        luck.choice(DAYS),
        luck.choice(DOMAINS),
        luck.randint(2, 9),
        agent,
    )
