"""What people write in English: sentences by cause, as beginnings, middles and ends."""

from __future__ import annotations

from regard.sim.words.phrases import Phrases, Sentences

ENGLISH = Phrases(
    said={
        "good": Sentences(
            (
                "Very happy with this.", "Lovely.", "Exactly what I was hoping for.", "Could not be happier.",
                "My second order here, and again no complaints.",
                "Bought it for a trip, wear it every day now.",
                "Treated myself and don't regret it.", "A present for my brother, he loves it.",
                "Five stars from me.",
                "I was sceptical at first.", "Better than the pictures.", "What a nice surprise.",
            ),
            (
                "The fabric feels solid and the seams are clean.", "The colour is the one in the photos.",
                "It fits as the size chart says.",
                "It has been through the wash four times and looks like new.",
                "You can tell that somebody cared about the details.", "Soft, warm and not too heavy.",
                "The {title} is worth every penny.", "It came well packed and a day early.",
                "It goes with everything I own.", "Good weight, good cut, good price.",
                "No loose threads anywhere.",
                "I have had compliments on it twice this week.",
                "The parcel arrived when they said it would.",
                "The material is far better than what I get on the high street.",
                "It sits well on the shoulders.",
                "The {title} is comfortable from the first minute.", "Nothing pinches, nothing itches.",
                "The packaging was all paper, which I appreciate.",
                "The {title} looks more expensive than it is.",
                "Quality like this has become rare.", "I ordered on Monday and wore it on Thursday.",
                "The finish is neat, inside as well as outside.", "It keeps its shape.",
                "It is just the right length for me.",
            ),
            (
                "Would buy again.", "Already looking at the next colour.", "Recommended.", "Thank you!",
                "I have told my sister about this shop.", "Keep it up.", "I will be back.", "Nothing to add.",
                "My new favourite.", "Please keep making it.", "Full marks.", "Well done.",
            ),
        ),
        "fine": Sentences(
            (
                "It is all right.", "Fine, not more.", "Decent.", "Mixed feelings.", "Good in parts.",
                "So-so.",
                "Not bad at all, but.", "Middle of the road.",
            ),
            (
                "The {title} does what it should.", "The colour is a little duller than on the screen.",
                "For the price I had expected a bit more.", "The cut is generous, but it works with a belt.",
                "The buttons could be sewn on better.", "It creases easily.",
                "Warm enough for autumn, not for winter.",
                "It needed a wash before the smell was gone.", "The quality is average.",
                "It is thinner than I thought.", "The pockets are too small for a phone.",
            ),
            (
                "I am keeping it.", "We will see how long it lasts.", "Perhaps again in a sale.",
                "Three stars.",
                "No more, no less.", "It will do.",
            ),
        ),
        "late": Sentences(
            (
                "The parcel was late.", "Delivery was a disaster.", "Far too slow.", "I waited and waited.",
                "Promised for the weekend, came the week after.", "What happened to delivery?", "Late again.",
                "Shame about the delivery.", "Never again with this carrier.", "The delivery spoiled it.",
            ),
            (
                "{carrier} kept saying that it was out for delivery, and it was not.",
                "The tracking page did not move for six days.", "I had to ask twice where my order was.",
                "It missed the birthday that it was meant for.", "Nobody told me that it would be late.",
                "It sat in a depot for a week.", "{carrier} left it with a neighbour whom I don't know.",
                "I took a day off to receive it, for nothing.", "The date in the e-mail changed three times.",
                "By the time it came I had bought something else.",
                "More than a week after the promised date.",
                "Your courier {carrier} clearly cannot cope.",
                "I paid for delivery in four days and got eleven.",
                "The box was battered from its long journey.",
            ),
            (
                "Please use another carrier.", "A word of warning would have helped.",
                "I will think twice before I order again.", "Not good enough.", "Very disappointing.",
                "The product itself is fine.", "I expected better.", "Please sort this out.",
            ),
        ),
        "poor": Sentences(
            (
                "Poor quality.", "Disappointed.", "Broke within days.",
                "This should never have left the warehouse.",
                "Not what I paid for.", "Cheaply made.", "It looked good for a week.", "Faulty.",
                "I have had better from the supermarket.", "Save your money.",
            ),
            (
                "A seam opened on the first day.", "The zip stuck and then came off.",
                "It lost its colour in the first wash.", "There was a hole under the arm.",
                "The sole came away after two weeks.", "It pills badly after three wears.",
                "A button was missing.",
                "The {title} smells of chemicals, even after washing.", "The stitching is crooked.",
                "The left and the right one are not the same.", "The fabric is see-through.",
                "It shrank although I followed the label.", "There was a stain on the front.",
                "The {title} scratches so much that I can't wear it.", "The lining was torn.",
                "The leather cracked at the first bend.",
            ),
            (
                "I am sending it back.", "I want my money back.", "Who checks these things?",
                "One star is generous.",
                "Such a pity.", "Not again.", "I had to complain to get an answer.",
                "Please look into this batch.",
            ),
        ),
        "small": Sentences(
            (
                "Runs small.", "Order a size up!", "The size is wrong.", "Much too tight.", "Does not fit.",
                "Beware of the sizing.", "Nice, but it doesn't fit.", "Usually an M, not here.",
                "The label says L, the cut says S.", "Too small.",
            ),
            (
                "I could not get the {title} over my hips.",
                "It is at least one size smaller than my old pair.",
                "The waist is five centimetres under what the size chart says.",
                "The legs are cut very narrow.",
                "I have the same in another colour and that one fits.",
                "I measured it: the size chart is wrong.",
                "Even after a week of wearing it pinches.", "My usual size, and I can't close the button.",
                "The length is fine, the width is not.", "Two sizes up might work.",
                "It seems that this batch was cut differently.", "The sleeves and legs end far too early.",
                "The {title} fits my teenage daughter, not me.", "The new ones are smaller than last year's.",
            ),
            (
                "Sent back.", "Please correct the size chart.", "Such a hassle to exchange.",
                "Pity, I liked it.",
                "Order bigger.", "I hope the next size fits.", "Waste of time.", "Check before you buy.",
            ),
        ),
        "forgiven": Sentences(
            ("Nice in the end.", "Worth the wait.", "All good, but slow.",
             "Happy with it, less with the carrier."),
            (
                "It came late, though the {title} itself is great.",
                "Delivery took its time, the quality is right.",
                "{carrier} was slow, the shop was helpful.", "A few days late, but well made.",
                "There were hiccups on the way, and they were dealt with.", "I had nearly given it up.",
            ),
            ("Still recommended.", "No hard feelings.", "Next time faster, please.", "I would buy again."),
        ),
        "dull": Sentences(
            (
                "Not for me.", "Expected more.", "Overpriced.", "Hm.", "Not my taste.",
                "I don't see the fuss.",
                "Underwhelming.",
            ),
            (
                "The {title} looks nothing like the pictures.", "It is too expensive for what it is.",
                "The colour does not suit me.", "The style is a bit old-fashioned.", "It feels stiff.",
                "The prices have gone up and the quality has not.", "The shop's page was slow and confusing.",
                "It is heavier than I like.",
            ),
            ("Back it goes.", "Next time elsewhere.", "Oh well.", "Meh.", "I had hoped for more."),
        ),
    },
    helped=(
        "Quick and friendly help.", "{agent} sorted it out within the hour.",
        "An answer at last that was no template.",
        "Solved with one message.", "{agent} was kind and knew what to do.",
        "No fuss, new one is on its way.",
        "Easy.", "Best service I have had in a while.",
    ),
    waited=(
        "It took days to get an answer.", "I had to explain everything three times.", "Too slow.",
        "In the end it was solved, but why so complicated?", "Nobody felt responsible.",
        "Only copied texts until {agent} took over.", "Way too much effort for a simple question.",
    ),
    subjects={
        "late": (
            "Where is my order?", "Parcel is late", "Tracking has not moved for days",
            "When will my parcel come?",
            "Order {order} still not here", "{carrier} lost my parcel?", "Delivery date has passed",
            "My order was promised for last week", "Parcel stuck in the depot", "Still waiting",
            "Can you ask {carrier} where it is?",
        ),
        "poor": (
            "Faulty {title}", "Seam came open", "Damaged on arrival", "Zip is broken",
            "Complaint about quality",
            "Hole in the fabric", "I would like a replacement for order {order}", "Colour washed out",
            "{title} broke after a week", "Stain on a new piece",
        ),
        "small": (
            "Wrong size", "{title} is too small", "Exchange for a larger size", "Size chart is wrong?",
            "Return: does not fit", "One size up, please", "{title} runs small",
            "Can I swap order {order} for an L?",
            "Too tight, how do I return it?",
        ),
        "plain": (
            "Change of address", "Can I add something to my order?", "Invoice for order {order}",
            "Question about care", "Is the {title} coming back in other colours?", "Voucher does not work",
            "How do I change my e-mail address?", "Payment went through twice?", "Do you ship to Ireland?",
            "Please cancel my newsletter", "One piece is missing", "Gift wrapping?",
        ),
    },
)  # fmt: skip
