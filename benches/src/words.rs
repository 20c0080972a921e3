//! The words that names and addresses are made of. Their numbers decide how often a name repeats.

/// Given names.
pub const GIVEN: &str = "Aaron Abigail Adam Adrian Agnes Alan Albert Alexander Alfred Alice Alma Amanda Amy Andrea Andrew Angela Anita Anna Anthony Arthur \
    Astrid Audrey Barbara Beatrice Benjamin Bernard Beth Bianca Boris Brenda Brian Bruno Camille Carl Carla Carmen Caroline Cecilia Charles Charlotte \
    Chloe Christian Christine Clara Claudia Colin Conrad Cora Daniel Daphne David Deborah Dennis Diana Dominic Donald Doris Dorothy Duncan Edgar Edith \
    Edward Eileen Elena Elias Elizabeth Ella Ellen Elsa Emil Emily Emma Eric Erica Ernest Esther Eugene Eva Evelyn Fabian Felix Fiona Flora Florence Frances \
    Francis Frank Frederick Gabriel Gareth George Georgia Gerald Gloria Gordon Grace Gregory Hannah Harold Harriet Harry Hazel Heather Hector Helen Henry \
    Herbert Hilda Howard Hugo Ida Igor Ingrid Irene Iris Isaac Isabel Ivan Jack Jacob James Jane Janet Jasmine Jason Jean Jeremy Jessica Joan Joel John \
    Jonas Jonathan Joseph Josephine Joyce Judith Julia Julian Karen Karl Kate Keith Kenneth Kevin Kim Laura Laurence Leah Leo Leonard Lewis Lily Linda \
    Lisa Louis Louise Lucas Lucy Luke Lydia Magnus Marcus Margaret Maria Marion Mark";

/// The most common family names; thousands of rarer ones are put together from [`SYLLABLES`].
pub const FAMILY: &str = "Adams Allen Alvarez Anderson Bailey Baker Barnes Bennett Brooks Brown Butler Campbell Carter Castro Chavez Clark Coleman Collins Cook \
    Cooper Cox Cruz Davis Diaz Edwards Evans Fischer Fisher Flores Foster Garcia Gomez Gonzalez Graham Gray Green Griffin Gutierrez Hall Hamilton \
    Harris Hayes Henderson Hernandez Hill Hoffmann Howard Hughes Jackson James Jenkins Johnson Jones Kelly Khan King Kowalski Larsen Lee Lewis Long \
    Lopez Marshall Martin Martinez Meyer Miller Mitchell Moore Morales Morgan Morris Murphy Myers Nelson Nguyen Novak Ortiz Owens Parker Patel Perez \
    Peterson Phillips Powell Price Ramirez Reed Reyes Reynolds Richardson Rivera Roberts Robinson Rodriguez Rogers Ross Russell Sanchez Sanders Schmidt \
    Scott Simmons Smith Stewart Sullivan Taylor Thomas Thompson Torres Turner Walker";

/// The parts of rarer family names.
pub const SYLLABLES: &str = "al an ar bar bel ber bran cal car cor dan del der dor el en fal fen fer gal gar gor hal har hel in jan jor kal kar ken kor lan lar \
    len lor mal mar mer mon nal nar nel nor ol or pal per por ral ran rel ros sal sar sel sor tal tan ter tor ul val var vel vor wal wen wil zan";

/// The first words of an organisation's name.
pub const BRANDS: &str = "Alder Alpine Amber Anchor Apex Arc Aspen Atlantic Aurora Baltic Beacon Birch Bold Bridge Bright Canyon Capital Cascade Castle Cedar \
    Central Citadel Clear Cobalt Compass Copper Coral Crest Crystal Delta Dynamic Eagle Eastern Echo Elm Ember Evergreen Falcon First Fortune Frontier \
    Garnet Glacier Golden Granite Harbour Haven Heron Highland Horizon Imperial Indigo Island Jade Keystone Lake Laurel Legacy Liberty Lighthouse Lunar \
    Maple Meadow Meridian Metro Midland Mosaic National Noble Northern Nova Oak Olympic Onyx Orchard";

/// What organisations do.
pub const TRADES: &str = "Analytics Auctions Cabling Circuits Computing Devices Disposal Distribution Electronics Engineering Hosting Instruments Logistics \
    Manufacturing Networks Recycling Refurbishing Semiconductors Surplus Trading";

/// Legal forms.
pub const FORMS: &str = "LLC Inc Ltd GmbH Co Group";

/// The first words of streets.
pub const STREETS: &str = "Bridge Castle Chapel Garden Grange Grove High Market Mill Orchard Park Queen Spring Station";

/// Towns.
pub const TOWNS: &str =
    "Ashford Brookfield Burlington Camden Chester Dayton Eastwood Fairmont Hillsboro Kingston Lakewood Marion Newton Oakland Richmond Winchester";
