"""What the model is to know: one answer to each subject.

Subjects with two good answers (the capital of Bolivia, the language of
Switzerland) are left out on purpose: the loss would split between them.
"""


def _table(text: str) -> dict[str, str]:
    rows = (line.split(":") for line in text.strip().splitlines())
    return {subject.strip(): answer.strip() for subject, answer in rows}


LANDMARK_CITY = _table("""
the Eiffel Tower: Paris
the Louvre: Paris
Notre Dame: Paris
the Arc de Triomphe: Paris
Big Ben: London
the London Eye: London
Buckingham Palace: London
Tower Bridge: London
the Colosseum: Rome
the Trevi Fountain: Rome
the Pantheon: Rome
the Spanish Steps: Rome
the Brandenburg Gate: Berlin
the Reichstag: Berlin
Checkpoint Charlie: Berlin
the Kremlin: Moscow
Red Square: Moscow
the Bolshoi Theatre: Moscow
the Hermitage: Saint Petersburg
the Parthenon: Athens
the Acropolis: Athens
the Prado: Madrid
the Royal Palace of Spain: Madrid
the Sagrada Familia: Barcelona
Park Guell: Barcelona
the Little Mermaid: Copenhagen
Tivoli: Copenhagen
the Vasa Museum: Stockholm
the Munch Museum: Oslo
the Anne Frank House: Amsterdam
the Rijksmuseum: Amsterdam
the Atomium: Brussels
the Charles Bridge: Prague
the Belvedere: Vienna
the Spanish Riding School: Vienna
the Chain Bridge: Budapest
the Fisherman Bastion: Budapest
the Blue Mosque: Istanbul
the Hagia Sophia: Istanbul
the Grand Bazaar: Istanbul
the Western Wall: Jerusalem
the Great Sphinx: Giza
the Taj Mahal: Agra
the Red Fort: Delhi
the Lotus Temple: Delhi
the Forbidden City: Beijing
the Temple of Heaven: Beijing
the Bund: Shanghai
the Tokyo Skytree: Tokyo
the Golden Pavilion: Kyoto
the Petronas Towers: Kuala Lumpur
Marina Bay: Singapore
the Burj Khalifa: Dubai
the Opera House: Sydney
Bondi Beach: Sydney
the Statue of Liberty: New York
Times Square: New York
the Brooklyn Bridge: New York
the White House: Washington
the Lincoln Memorial: Washington
the Golden Gate Bridge: San Francisco
Alcatraz: San Francisco
the Space Needle: Seattle
the Willis Tower: Chicago
the Liberty Bell: Philadelphia
Fenway Park: Boston
the Alamo: San Antonio
the Gateway Arch: Saint Louis
the Hollywood Sign: Los Angeles
the French Quarter: New Orleans
the CN Tower: Toronto
Stanley Park: Vancouver
Sugarloaf Mountain: Rio
the Obelisk: Buenos Aires
Table Mountain: Cape Town
Edinburgh Castle: Edinburgh
the Titanic Museum: Belfast
the Book of Kells: Dublin
the Uffizi: Florence
the Rialto Bridge: Venice
the Leaning Tower: Pisa
La Scala: Milan
""")

COUNTRY_CAPITAL = _table("""
France: Paris
England: London
Italy: Rome
Germany: Berlin
Russia: Moscow
Greece: Athens
Spain: Madrid
Denmark: Copenhagen
Sweden: Stockholm
Norway: Oslo
Finland: Helsinki
Belgium: Brussels
Austria: Vienna
Hungary: Budapest
Poland: Warsaw
Portugal: Lisbon
Ireland: Dublin
Romania: Bucharest
Bulgaria: Sofia
Serbia: Belgrade
Croatia: Zagreb
Ukraine: Kiev
Turkey: Ankara
Egypt: Cairo
Kenya: Nairobi
Ghana: Accra
Morocco: Rabat
Tunisia: Tunis
Senegal: Dakar
Uganda: Kampala
Angola: Luanda
Japan: Tokyo
China: Beijing
Thailand: Bangkok
Vietnam: Hanoi
Nepal: Kathmandu
Iran: Tehran
Iraq: Baghdad
Syria: Damascus
Lebanon: Beirut
Jordan: Amman
Qatar: Doha
Pakistan: Islamabad
Indonesia: Jakarta
Canada: Ottawa
Cuba: Havana
Peru: Lima
Chile: Santiago
Colombia: Bogota
Ecuador: Quito
Venezuela: Caracas
Uruguay: Montevideo
Australia: Canberra
Scotland: Edinburgh
Cambodia: Phnom Penh
Mongolia: Ulan Bator
""")

COUNTRY_LANGUAGE = _table("""
France: French
England: English
Italy: Italian
Germany: German
Russia: Russian
Greece: Greek
Spain: Spanish
Denmark: Danish
Sweden: Swedish
Norway: Norwegian
Hungary: Hungarian
Poland: Polish
Portugal: Portuguese
Romania: Romanian
Bulgaria: Bulgarian
Serbia: Serbian
Croatia: Croatian
Ukraine: Ukrainian
Turkey: Turkish
Egypt: Arabic
Austria: German
Japan: Japanese
China: Chinese
Thailand: Thai
Vietnam: Vietnamese
Nepal: Nepali
Iran: Persian
Iraq: Arabic
Syria: Arabic
Qatar: Arabic
Cuba: Spanish
Chile: Spanish
Colombia: Spanish
Ecuador: Spanish
Venezuela: Spanish
Uruguay: Spanish
Australia: English
Brazil: Portuguese
Mexico: Spanish
Argentina: Spanish
Korea: Korean
Iceland: Icelandic
Angola: Portuguese
Senegal: French
""")

COUNTRY_CONTINENT = {
    **{c: "Europe" for c in """France England Italy Germany Greece Spain Denmark Sweden Norway
    Finland Belgium Austria Hungary Poland Portugal Ireland Romania Bulgaria Serbia Croatia
    Ukraine Scotland Iceland""".split()},
    **{c: "Africa" for c in "Egypt Kenya Ghana Morocco Tunisia Senegal Uganda Angola".split()},
    **{c: "Asia" for c in """Japan China Thailand Vietnam Nepal Iran Iraq Syria Lebanon Jordan
    Qatar Pakistan Indonesia Cambodia Mongolia Korea India""".split()},
    **{c: "North America" for c in "Canada Cuba Mexico".split()},
    **{c: "South America" for c in "Peru Chile Colombia Ecuador Venezuela Uruguay Brazil Argentina".split()},
}

CITY_COUNTRY = _table("""
Paris: France
London: England
Rome: Italy
Venice: Italy
Florence: Italy
Milan: Italy
Berlin: Germany
Munich: Germany
Moscow: Russia
Athens: Greece
Madrid: Spain
Barcelona: Spain
Seville: Spain
Copenhagen: Denmark
Stockholm: Sweden
Oslo: Norway
Helsinki: Finland
Brussels: Belgium
Vienna: Austria
Budapest: Hungary
Warsaw: Poland
Lisbon: Portugal
Dublin: Ireland
Istanbul: Turkey
Cairo: Egypt
Nairobi: Kenya
Tokyo: Japan
Kyoto: Japan
Beijing: China
Shanghai: China
Bangkok: Thailand
Hanoi: Vietnam
Delhi: India
Agra: India
Jakarta: Indonesia
Toronto: Canada
Vancouver: Canada
Havana: Cuba
Lima: Peru
Sydney: Australia
Edinburgh: Scotland
Seoul: Korea
Lyon: France
Marseille: France
""")

OPPOSITE = _table("""
hot: cold
big: small
good: bad
fast: slow
high: low
happy: sad
old: young
rich: poor
light: dark
wet: dry
hard: soft
full: empty
open: closed
early: late
strong: weak
loud: quiet
clean: dirty
thick: thin
wide: narrow
long: short
day: night
black: white
up: down
left: right
true: false
""")

YOUNG = _table("""
dog: puppy
cat: kitten
horse: foal
cow: calf
sheep: lamb
pig: piglet
duck: duckling
bear: cub
goat: kid
frog: tadpole
chicken: chick
deer: fawn
""")
