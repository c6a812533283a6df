"""General words for things, and the words that captions have for them: animals, food, vehicles.

A creator asks for "animals outside" where the captions say "a dog on the lawn". Nearness of
meaning alone leaves that in doubt; that a dog is an animal does not. What stands for a kind of
its own brings that kind's words: a heron is a bird, and so an animal. Words that mean other things
as well, or share a stem with one (orange, bat, saw, rose, moth and mother, train and training, wine
and win, rat and rating, hat and hate), are left out.
"""

from __future__ import annotations

KINDS = {
    "animal": """dog puppy cat kitten horse pony donkey cow bull calf sheep lamb goat pig bird fish
        elephant lion tiger leopard giraffe zebra monkey ape gorilla bear wolf fox deer moose rabbit
        hare squirrel mouse hamster frog toad snake lizard turtle tortoise crocodile whale
        dolphin shark camel kangaroo panda otter beaver hedgehog insect spider crab goldfish""",
    "pet": "dog puppy cat kitten hamster rabbit parrot goldfish",
    "bird": """duck goose swan owl eagle hawk parrot pigeon seagull gull sparrow crow raven robin
        penguin chicken rooster hen stork heron flamingo ostrich peacock""",
    "insect": "bee wasp butterfly ant beetle dragonfly grasshopper mosquito ladybird",
    "vehicle": """car truck lorry van bus taxi motorcycle motorbike scooter bicycle bike tractor
        tram jeep limousine ambulance""",
    "boat": "ship ferry yacht kayak canoe sailboat dinghy raft",
    "aircraft": "airplane aeroplane helicopter glider balloon",
    "food": """bread pizza pasta noodle rice soup salad burger sandwich cake pie cookie chocolate
        cheese meat steak sushi vegetable fruit pancake sausage bacon dessert pastry croissant""",
    "meal": "breakfast lunch dinner supper brunch",
    "drink": "coffee tea juice beer cocktail lemonade whisky smoothie",
    "fruit": """apple banana lemon pear peach grape strawberry cherry melon mango pineapple kiwi
        berry blueberry raspberry""",
    "vegetable": """tomato potato onion carrot cucumber cabbage lettuce pepper broccoli spinach
        garlic pumpkin aubergine eggplant courgette zucchini celery leek""",
    "flower": "tulip sunflower daisy lily orchid dandelion poppy lavender blossom",
    "plant": "tree flower grass leaf bush shrub fern moss cactus vine herb",
    "instrument": """guitar piano violin cello drum flute trumpet saxophone clarinet harp ukulele
        accordion""",
    "sport": """football soccer basketball tennis golf hockey baseball volleyball rugby swimming
        cycling skiing surfing skateboarding""",
    "furniture": "chair table sofa couch desk bed shelf cupboard wardrobe armchair bench",
    "clothing": """shirt dress jacket trousers jeans skirt sweater cap scarf glove shoe
        sock""",
    "tool": "hammer screwdriver wrench plier axe shovel chisel",
}
