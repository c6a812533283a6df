"""Things in the picture, told by a network that knows a thousand kinds: dogs, cars, cups."""
