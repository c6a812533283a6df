"""Everyday words for the thousand classes of ImageNet, and which of them a picture has earned.

A single class is seldom sure: a terrier is one of six likely ones. So the classes are summed into
words that people search with, grouped as WordNet's hypernyms group them: every breed is a dog,
every dog an animal. Signs on a screen (web site, menu, comic book) are left out, for on-screen text
is read; so is what other things are made of.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.things.network import CLASSES

LEAST = 0.5  # summed chance from which a word may count
TIMES = 10.0  # and its odds over those of a class picked blindly: what counts as strong evidence
HOLDS = 0.5  # of what a word needs to count: what it needs beside a still of the shot where it does
Floats = NDArray[np.float32]

# numbers of classes as the network orders them, first and last
_WORDS = """
animal 0-397 / fish 0-6 389-397 / shark 2-4 / goldfish 1 / bird 7-24 80-100 127-146 / chicken 7-8
ostrich 9 / eagle 22 / vulture 23 / owl 24 / peacock 84 / parrot 87-90 / hummingbird 94
duck 97-98 / goose 99 / swan 100 / stork 127-128 / flamingo 130 / heron 131-133 / pelican 144
penguin 145 / frog 30-32 / turtle 33-37 / lizard 38-48 / crocodile 49-50 / dinosaur 51
snake 52-68 / spider 72-77 / scorpion 71 / jellyfish 107 / snail 113 / crab 118-121
lobster 122-123 / elephant 101 385-386 / kangaroo 104 / koala 105 / whale 147-148 / sea lion 150
dog 151-268 / wolf 269-272 / fox 277-280 / cat 281-285 / leopard 288-289 / lion 291 / tiger 292
cheetah 293 / bear 294-297 / meerkat 299 / insect 300-326 / beetle 300-307 / ladybird 301
bee 309 / ant 310 / grasshopper 311 / dragonfly 319 / butterfly 321-326 / starfish 327
rabbit 330 332 / hare 331 / hamster 333 / hedgehog 334 / squirrel 335 / beaver 337 / horse 339
zebra 340 / pig 341-343 / hippopotamus 344 / cow 345 / buffalo 346-347 / sheep 348-349 / goat 350
antelope 351-353 / camel 354 / llama 355 / otter 360 / skunk 361 / badger 362 / armadillo 363
sloth 364 / ape 365-369 / orangutan 365 / gorilla 366 / chimpanzee 367 / monkey 370-382
lemur 383-384 / panda 387-388 / food 923-957 959-965 / soup 925-926 / ice cream 928-929
bread 930-931 / pretzel 932 / burger 933 / hot dog 934 / vegetable 936-946 / cabbage 936
broccoli 937 / cauliflower 938 / zucchini 939 / cucumber 943 / artichoke 944 / bell pepper 945
mushroom 947 991-997 / fruit 948-957 / apple 948 / strawberry 949 / lemon 951 / pineapple 953
banana 954 / pomegranate 957 / pasta 959 / pizza 963 / burrito 965 / beverage 966-967 969
wine 966 / coffee 967 / corn 987 998 / flower 985-986 / daisy 985 / acorn 988 / hay 958
vehicle 407 436 444 466 468 475 479 511 547 555 561 565 569 573 575 581 586 595 603 609 612 621
627 656 654 661 665 670-671 675 690 705 717 734 751 757 779 802-803 817 820 829 847 856 864
866-867 870 874 880 / car 407 436 468 479 511 581 609 627 656 661 751 817 / ambulance 407
taxi 468 / limousine 627 / truck 555 569 675 717 734 864 867 / fire engine 555 / bus 654 779 874
train 466 547 565 705 820 / tram 829 / motorcycle 665 670 / bicycle 444 671 / tricycle 870
unicycle 880 / tractor 595 856 866 / camper 757 / snowmobile 802 / snowplow 803 / lawn mower 621
forklift 561 / golf cart 575 / go-kart 573 / aircraft 404-405 895 / airplane 404 895
balloon 417 / parachute 701 / rocket 657 744 812
boat 403 472 484 510 554 576 625 628 724 780 814 871 914 / ship 403 510 628 724
sailboat 484 780 871 914 / canoe 472 / submarine 833 / shipwreck 913
instrument 401-402 420 432 486 494 513 541 546 558 566 577 579 593-594 641-642 683-684 687 699
776 822 875 881 889 / guitar 402 546 / piano 579 881 / drum 541 822 / violin 889 / cello 486
flute 558 / trumpet 513 / french horn 566 / trombone 875 / saxophone 776 / harp 594
accordion 401 / banjo 420 / pipe organ 687 / harmonica 593
furniture 423 431 453 493 495 516 520 526 532 548 553 559 564 619 703 736 765 831 846 857 894
chair 423 559 765 857 / sofa 831 / table 526 532 736 / desk 526 / pool table 736 / bench 703
bed 431 516 520 564 / bookcase 453 / wardrobe 894 / lamp 619 846 / pillow 721 / curtain 794 854
stove 827 / refrigerator 760 / microwave 651 / toaster 859 / dishwasher 534 / coffee machine 550
teapot 849 / frying pan 567 909 / bowl 659 809 / bottle 440 720 737 898 907 / water bottle 898
jug 725 899 901 / drinking glass 441 572 / cup 504 968 / spoon 618 910 / tray 868 / vase 883
flowerpot 738 / candle 470 / bucket 463 / basket 588 790 / shopping cart 791 / barrel 427
trash can 412 / umbrella 879 / broom 462 / bathtub 435 876 / sink 896 / toilet 861
washing machine 897 / vacuum cleaner 882 / electric fan 545 / radiator 753 / teddy bear 850
clock 409 530 892 / wristwatch 531 826 / hourglass 604 / computer 527 590 620 681
laptop 620 681 / keyboard 508 878 / computer mouse 673 / monitor 664 782 851 / television 851
printer 742 / photocopier 713 / phone 487 528 707 / camera 732 759 / microphone 650
loudspeaker 632 / radio 754 / remote control 761 / projector 745 / joystick 613 / tripod 872
typewriter 878 / pen 418 563 / paintbrush 696 / telescope 755 / binoculars 447
magnifying glass 633 / compass 635 / stethoscope 823 / syringe 845 / bag 414 636 728 748
backpack 414 / handbag 748 / wallet 893 / envelope 549 / piggy bank 719 / hat 439 452 515 808
helmet 518 560 715 / sunglasses 836-837 / mask 643 796 / wig 903 / shoe 502 514 630 770 774
sock 496 806 / glove 658 / suit 834 / necktie 451 457 906 / dress 578 601 / skirt 655 689
jeans 608 / swimsuit 445 638-639 842 / coat 568 617 869 / kimono 614 / apron 411
clothing 399-400 411 445 451 457 459 474 501 568 578 601 608 610 614 617 638-639 655 689 697 735
775 834 841-842 869 887 906 / necklace 679 / lipstick 629
ball 429-430 522 574 722 768 805 852 890 / baseball 429 / basketball 430 / golf ball 574
soccer ball 805 / tennis ball 852 / volleyball 890 / racket 752 / ski 795 / dumbbell 422 543
playground swing 843 / carousel 476 / tent 672 / gun 413 763-764 / cannon 471
armour 461 490 524 / hammer 587 / screwdriver 784 / shovel 792 / axe 596 / chainsaw 491
power drill 740 / knife 499 623 / sewing machine 786 / barn 425 / castle 483 / church 497
mosque 668 / palace 698 / monastery 663 / greenhouse 580 / library 624 / restaurant 762
lighthouse 437 / water tower 900 / bridge 821 839 888 / dam 525 / pier 460 536 718
fence 489 716 912 / fountain 562 / obelisk 682 / totem pole 863 / building crane 517
drilling platform 540 / traffic light 920 / street sign 919 / parking meter 704 / mailbox 637
gas pump 571 / vending machine 886 / cash machine 480 / flagpole 557 / scoreboard 781
mountain 970 980 / volcano 980 / cliff 972 / valley 979 / lake 975 / coast 976-978
beach 977-978 / coral 109 973 / geyser 974 / diver 983
"""


@dataclass(frozen=True, slots=True)
class Word:
    """One everyday word: the classes it stands for, and the sum of chances from which it counts."""

    text: str
    classes: frozenset[int]
    least: float


@functools.cache
def words() -> Mapping[str, Word]:
    """All words by their text."""
    found: dict[str, frozenset[int]] = {}
    text = ""
    for entry in " / ".join(_WORDS.strip().splitlines()).split(" / "):
        parts = entry.split()
        # an entry without a name goes on with the one before it
        text = " ".join(part for part in parts if not part[0].isdigit()) or text
        spans = [part.split("-") for part in parts if part[0].isdigit()]
        numbers = {n for span in spans for n in range(int(span[0]), int(span[-1]) + 1)}
        found[text] = found.get(text, frozenset()) | numbers
    return MappingProxyType(
        {text: Word(text, numbers, _least(len(numbers))) for text, numbers in found.items()}
    )


def _least(classes: int) -> float:
    """From which sum of chances a word for so many classes counts."""
    blind = classes / CLASSES
    odds = TIMES * blind / (1 - blind)
    return max(LEAST, odds / (1 + odds))


@functools.cache
def kinds(text: str) -> frozenset[str]:
    """The words that are true of all that `text` is true of: of "cat" also "animal"."""
    mine = words()[text].classes
    return frozenset(each.text for each in words().values() if mine <= each.classes)


def earned(chances: Floats) -> tuple[tuple[str, float], ...]:
    """The words for what is shown with their chances, surest first; "dog" and not "animal" too.

    chances: (1000,) of the classes, in the network's order.
    """
    [told] = held([chances])
    return told


def held(shot: Sequence[Floats]) -> list[tuple[tuple[str, float], ...]]:
    """What `earned` says of each still of one shot, where each word holds on while it half counts.

    A thing does not leave the picture because the network is less sure of it for a moment.
    """
    sums = [{w.text: float(c[list(w.classes)].sum()) for w in words().values()} for c in shot]
    sure = [
        frozenset(text for text, chance in each.items() if chance >= words()[text].least)
        for each in sums
    ]
    told = [set(each) for each in sure]
    for order in (range(len(sums)), range(len(sums))[::-1]):
        for before, at in pairwise(order):
            told[at] |= {
                text
                for text in told[before]
                if sums[at][text] >= HOLDS * words()[text].least
                and sure[at].isdisjoint(kinds(text) - {text})  # sure of no more than "instrument"
            }
    return [_narrowest(texts, each) for texts, each in zip(told, sums, strict=True)]


def _narrowest(texts: Set[str], chances: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """These words with their chances, surest first, without those that another is a kind of."""
    kept = texts - {kind for text in texts for kind in kinds(text) - {text}}
    return tuple(sorted(((t, chances[t]) for t in kept), key=lambda pair: -pair[1]))
