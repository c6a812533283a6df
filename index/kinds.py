"""General words for things, and the words that captions have for them: animals, food, vehicles.

A creator asks for "animals outside" where the captions say "a dog on the lawn". Nearness of
meaning alone leaves that in doubt; that a dog is an animal does not. What stands for a kind of
its own brings that kind's words: a heron is a bird, and so an animal. Words that mean other things
as well, or share a stem with one (orange, bat, saw, rose, leaves), are left out.

The one table of what *is* of a kind: search, what a film is to be without, and what a film may
claim to show all read it. What only goes with a kind, as an oven with cooking, is not here.
"""

from __future__ import annotations

KINDS = {
    "animal": """dog cat horse pony donkey cow bull calf sheep lamb goat pig bird fish
        elephant lion tiger leopard giraffe zebra monkey ape gorilla bear wolf wolves fox deer moose
        rabbit hare squirrel mouse mice rat hamster frog toad snake lizard turtle tortoise crocodile
        whale dolphin shark seal camel kangaroo panda otter beaver hedgehog insect spider snail crab
        goldfish jellyfish starfish guineapig prairiedog seahorse sealion""",
    "dog": "puppy",
    "cat": "kitten",
    "pet": "dog cat hamster rabbit parrot goldfish",
    "bird": """duck goose geese swan owl eagle hawk parrot pigeon seagull gull sparrow crow raven
        robin penguin chicken rooster hen stork heron flamingo ostrich peacock""",
    "insect": "bee wasp butterfly moth ant beetle dragonfly grasshopper mosquito ladybird",
    "vehicle": """car truck lorry van bus motorcycle motorbike scooter bicycle bike tractor train
        tram ambulance boat aircraft""",
    "car": "suv sedan taxi jeep limousine",
    "boat": "ship ferry yacht kayak canoe sailboat dinghy raft",
    "aircraft": "airplane aeroplane plane helicopter glider",
    "food": """bread pizza pasta noodle rice soup salad burger sandwich cake pie cookie chocolate
        cheese meat steak sushi vegetable fruit pancake sausage hotdog bacon dessert pastry
        croissant meal""",
    "meal": "breakfast lunch dinner supper brunch",
    "drink": "coffee tea juice beer wine cocktail lemonade whisky smoothie",
    "fruit": """apple banana lemon pear peach grape strawberry cherry melon mango pineapple kiwi
        berry blueberry raspberry""",
    "vegetable": """tomato potato onion carrot cucumber cabbage lettuce pepper broccoli spinach
        garlic pumpkin aubergine eggplant courgette zucchini celery leek""",
    "flower": "tulip sunflower daisy lily orchid dandelion poppy lavender blossom",
    "plant": "tree flower grass leaf bush shrub fern moss cactus vine herb",
    "instrument": """guitar piano violin cello drum flute trumpet saxophone clarinet harp ukulele
        accordion""",
    "sport": """football soccer basketball tennis golf hockey baseball volleyball rugby judo karate
        swimming cycling skiing surfing skateboarding""",
    "furniture": "chair table sofa couch desk bed shelf cupboard wardrobe armchair bench",
    "clothing": "shirt dress jacket trousers jeans skirt sweater hat cap scarf glove shoe sock",
    "tool": "hammer screwdriver wrench plier axe shovel chisel",
}
SOMEBODY = """
    people person human man men woman women boy girl child children kid baby crowd couple family
    friend guy lady someone adult teenager toddler pedestrian
"""
