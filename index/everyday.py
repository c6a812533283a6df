"""Everyday captions about everything under the sun: how near chance comes to a question.

No library is meant by them. A question that comes near to many of them is a general one, and what
a library shows has to come nearer still before it counts as an answer (`index.floor`).
"""

from __future__ import annotations

_CAPTIONS = """
a tall glass of orange juice / stock market figures on a screen / a guitar solo at a rock concert
the president gives a speech / a child builds a sandcastle / recipe for tomato soup
a cat sleeps on a sofa / people dancing at a party / skyline of a big city at night
snow falls in a forest / an old man reads a newspaper / a football match in a stadium
a doctor examines a patient / a plane lands on a runway / waves on a beach at sunset
a train crosses a bridge / a couple kisses in the rain / a dog runs across a field
a teacher writes on a blackboard / a chef chops onions / a woman does yoga
a desert with sand dunes / a flock of birds in the sky / factory workers at a conveyor belt
a wedding couple leaves the church / a boxer trains in a gym / a spaceship in orbit
fish swim in a coral reef / a car race on a track / a bride throws her bouquet
a police car with flashing lights / a horse in a stable / a market with spices
fireworks on new year's eve / a museum with paintings / a baby sleeps in a cradle
people ride an escalator / a mountain lake in autumn / a typewriter on a desk
a robot arm in a laboratory / protesters march with banners / a ship in the harbour
a skier jumps over a ramp / a bartender mixes a cocktail / a clown makes balloon animals
a field of sunflowers / a thunderstorm over the sea / a woman cries at a funeral
a video game character runs / a phone rings on the table / a hand writes a letter
text on a computer screen / close-up of an eye / aerial view of a river / slow motion of a splash
a black and white photograph / someone explains how to invest / an interview about climate change
thank you all for coming / what time is it / a waiter carries plates / hands typing on a keyboard
a man looks out of the window / a woman laughs at a joke / two men shake hands
a girl blows out candles / a boy throws a ball / an empty chair in a room / someone opens a door
a person walks down a corridor / a face turns to the camera / a crowd in front of a stage
an arm reaches for a cup / feet in the sand / a family sits at the table
a group of friends on a sofa / a man alone on a bench / a queue at the checkout
a worker with a helmet / a scientist looks through a microscope / a nurse pushes a wheelchair
an operation in a hospital / pills in a plastic box / a dentist with a drill
a gardener waters plants / a farmer drives a tractor / cows on a meadow / a shepherd with sheep
harvest of grapes / a beekeeper with a smoker / a fisherman pulls in a net / a logger cuts a tree
a miner under ground / a welder with sparks / a carpenter planes a board
a plumber repairs a pipe / an electrician at a fuse box / a painter on a ladder
a tailor with a sewing machine / a baker with fresh rolls / a butcher behind the counter
coffee is poured into a cup / a sliced loaf of bread / a salad with tomatoes / a pizza in the oven
sushi on a wooden board / a birthday cake / ice cream in a cone / a barbecue in a garden
a bottle of wine / a bowl of fruit / eggs in a frying pan / a supermarket shelf
a shop window with shoes / a hairdresser cuts hair / a model on a catwalk
a woman puts on lipstick / a tattoo on an arm / a jogger in a park / a cyclist on a mountain road
a swimmer in a pool / a tennis player serves / a basketball goes through the hoop
a golfer on the green / ice skaters on a frozen lake / a climber on a rock wall
a surfer on a wave / a diver with a tank / a sailing boat in the wind / a kayak in rapids
a horse jumps over a fence / a referee with a whistle / a team celebrates a goal
chess pieces on a board / cards on a green table / a child on a swing / kids in a classroom
a school bus / students in a lecture hall / a graduation ceremony / a library full of books
toys on the floor / a mother feeds her baby / grandparents with a photo album
a puppy chews a shoe / a parrot in a cage / a goldfish in a bowl / an elephant at a waterhole
a lion in the grass / monkeys in a tree / a snake on a stone / a spider in its web
butterflies on a flower / an eagle in flight / penguins on ice / a whale's tail
a bear in a river / a fox in the snow / a frog in a pond / a horse-drawn carriage
a waterfall in a jungle / a volcano with smoke / a glacier breaks / a canyon in evening light
clouds move over hills / a rainbow after rain / fog in a valley / lightning at night
a tree in the wind / autumn leaves on the ground / a rose in a vase / grass with dew / a full moon
stars in the sky / a candle in the dark / a campfire with friends / a house on fire
smoke from a chimney / a flooded street / an earthquake ruin / a soldier with a rifle
a tank on a road / a castle on a hill / a church with a tower / monks in a temple
a mosque at prayer time / an old village square / a skyscraper made of glass
a building site with a crane / a bridge over a river / a tunnel with lights
a motorway with traffic / a traffic jam in the city / a bus at a stop / a taxi in the rain
a motorcycle on a country road / a man repairs a car / a petrol station / an underground platform
an airport hall with suitcases / a view from a plane window / a helicopter takes off
a rocket launch / a satellite dish / a lighthouse on a cliff / a ferry at sea / a container ship
a fishing village / a beach with umbrellas / a hotel room / a swimming pool from above
a tent in the mountains / a hiker with a backpack / a map on a table / a compass in a hand
a kitchen with a big table / a bathroom with a mirror / a bedroom in the morning
a staircase in an old house / a garage with tools / a garden with a pond / a balcony with flowers
rain on a window / a clock on a wall / a key in a lock / money is counted
a credit card at a terminal / a meeting in an office / a woman at a laptop
a phone with a map on it / a graph on a slide / lines of code / a server room / a drone in the air
a camera on a tripod / a film set with lights / an actor learns a text / a theatre curtain opens
a ballet dancer / an orchestra with a conductor / a drummer on stage / a singer with a microphone
hands on a piano / a violin on a chair / a record player / a radio studio / a painter at an easel
clay on a potter's wheel / graffiti on a wall / a statue in a park / a puppet show
a magician with a hat / a carnival parade / lanterns in the evening / a christmas tree
a funfair with a big wheel / a circus tent / a judge in a courtroom / a policeman stops a car
a thief runs away / a prison cell / a vote in parliament / a politician in front of microphones
a press conference / a newspaper printing press / a flag in the wind / a passport at the border
homeless people under a bridge / a charity kitchen / an old couple holds hands / a man cries
a quarrel between two people / a hug at the station / a toast with glasses / children sing a song
a priest at the altar / a grave with flowers / a wheelchair ramp / a blind man with a stick
sign with an arrow / a warning label / opening titles / the end / chapter one
welcome to my channel / today we will learn something new / in my opinion that was a mistake
let me tell you a story / I love you / where are you going
this is the best product on the market / first add the flour and the eggs
turn left at the next crossing / the results of the experiment / once upon a time
the price has gone up by ten percent / our company was founded in 1920 / an animation of planets
a drawing of a house / a screen with an error message / a colourful pattern / an abstract painting
blurred lights in the background / a blank wall / a dark room / bright light from above
something small on the floor / a shadow on the ground / reflections in the water
a hand in a glove / a pair of glasses / a red dress / a blue door / a yellow taxi / a green hill
a white shirt / a black bag
"""
EVERYDAY: tuple[str, ...] = tuple(
    each.strip() for line in _CAPTIONS.strip().splitlines() for each in line.split(" / ")
)
