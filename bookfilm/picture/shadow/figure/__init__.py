"""The figures: articulated silhouettes, cut from a Look, posed frame by frame.

The unit is one head; feet stand at 0, y runs down, figures face right and are flipped for left.

body        Look -> Body: the proportions of one person
skeleton    Pose -> Joints: where 17 joints are, by two-bone inverse kinematics
profile     the outline of a face, with its jaw
hair, hats  what is on the head
dress       torso, skirts, coats, cloaks, their slits
limbs       arms, hands, legs, feet, and what hands carry
artist      draws a whole figure
acting      Pose over time: stance, walk, breath, gesture
creatures   animals that speak or stand there
mount       the horse under a rider
rests       chair, bed and blanket
"""
