//! The words in which schemas speak of identity, in the languages that they are usually written in.
//!
//! Words are in lower case, in ASCII (`straße` is `strasse`) and in the singular: that is how `words` gives them. Lists are texts, parted by commas.
use super::Identity::{self, Address, Document, Email, Name, Phone};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Words of one sort.
pub(super) type List = LazyLock<HashSet<&'static str>>;

fn list(text: &'static str) -> HashSet<&'static str> {
    text.split(',').map(str::trim).collect()
}

/// What may stand before a phrase for it to mean what it says.
#[derive(Clone, Copy)]
pub(super) enum Before {
    /// Anything but these: `portal_email`, `support_phone`; not `ip_address`.
    AnyBut(&'static List),
    /// Nothing, or words of [`PERSONS`], [`PURPOSES`] and [`FOLLOWING`]: `city`, `billing_city`; not `airport_city`.
    Usual,
    /// A person or organisation: `customer_name`; not `product_name`. Alone only where the table is one of people.
    Person,
}

/// A phrase, and what it means at the end of a name.
pub(super) struct Phrase {
    pub(super) words: Vec<&'static str>,
    pub(super) identity: Identity,
    pub(super) before: Before,
}

/// All phrases, by their last word.
pub(super) static PHRASES: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&'static str, Vec<Phrase>> = HashMap::new();
    for (identity, before, text) in SPOKEN {
        for phrase in text.split(',') {
            let words: Vec<&str> = phrase.split_whitespace().collect();
            if let Some(last) = words.last().copied() {
                phrases.entry(last).or_default().push(Phrase { words, identity: *identity, before: *before });
            }
        }
    }
    phrases
});

/// What is said of identity.
static SPOKEN: &[(Identity, Before, &str)] = &[
    (
        Email,
        Before::AnyBut(&VOICES),
        "
         email, email address, email adresse, email adres, email adress, email addr, email key, mail address, mail adresse, mail addr,
         mailadresse, emailadresse, emailadres, courriel, courrier electronique, correo electronico, correo e, posta elettronica, epost,
         epostadresse, epostadress, eposta, sahkoposti, elektronska posta
        ",
    ),
    (
        Email,
        Before::Usual,
        "
         mail, correo, poczta, pochta
        ",
    ),
    (
        Phone,
        Before::AnyBut(&DEVICES),
        "
         phone, telephone, telefon, telefono, telefone, telefoon, telefonnummer, telefoonnummer, telefonnr, telnr, rufnummer, mobilnummer,
         handynummer, faxnummer, fax, telefax, cellphone, cell phone, cell number, mobile phone, mobile number, mobile no, mobile nr,
         msisdn, whatsapp, whatsapp number, phone number, phone no, phone nr, phone num, phone nbr, telephone number, telephone no,
         telephone nr, telephone portable, telephone mobile, telefon nummer, telefon nr, telefono movil, telefone celular, tel, tel no, tel
         nr, tel number, fax number, fax no, fax nr, fax num, contact number, contact no, landline, numero telefono, numero de telefono,
         numero telephone, numero de telephone, numero di telefono, numero telefone, numer telefonu, puhelin, puhelinnumero, telefonszam,
         mobiltelefon, festnetz
        ",
    ),
    (
        Phone,
        Before::Usual,
        "
         mobile, mobil, handy, movil, celular, cellulare, gsm
        ",
    ),
    (
        Name,
        Before::AnyBut(&THINGS),
        "
         first name, last name, given name, family name, full name, middle name, maiden name, birth name, legal name, person name, christian
         name, fore name, sur name, nick name, middle initial, surname, forename, nickname, fname, lname, mname, vorname, nachname, zuname,
         familienname, geburtsname, vollname, prenom, nom de famille, nom famille, nom complet, apellido, primer apellido, segundo apellido,
         nombre completo, nombre pila, cognome, nome completo, sobrenome, voornaam, achternaam, tussenvoegsel, fornavn, efternavn,
         etternavn, fornamn, efternamn, etunimi, sukunimi, imie, nazwisko, jmeno, prijmeni, keresztnev, vezeteknev, soyad, soyadi,
         cardholder, card holder, accountholder, account holder, addressee, ansprechpartner, ansprechperson, contact person, contactpersoon,
         persona contacto, persona de contacto, personne contact, attention to, attn, familiia, imia
        ",
    ),
    (
        Name,
        Before::Usual,
        "
         firma, firmenname, razon social, raison sociale, ragione sociale
        ",
    ),
    (
        Name,
        Before::Person,
        "
         name, display name, nom, nombre, nome, naam, navn, namn, nimi, nazwa, nev, isim
        ",
    ),
    (
        Address,
        Before::AnyBut(&MACHINES),
        "
         address, addr, adresse, adres, adress, adresa, anschrift, direccion, indirizzo, endereco, osoite, address line, addr line, street,
         street address, street name, street number, street no, street nr, street line, strasse, strassenname, straat, straatnaam, house
         number, house no, house nr, house num, hausnummer, hausnr, haus nr, haus nummer, huisnummer, husnummer, numero civico, postcode,
         postcode town, postal code, zipcode, zip postal, plz, postleitzahl, code postal, codigo postal, codice postale, postnummer, postnr,
         postinumero, kod pocztowy, irsz, iranyitoszam, po box, pobox, postfach, boite postale, apartado postal, apartment number, apartment
         no, flat number, flat no, gatuadress, gateadresse, anschriftzeile
        ",
    ),
    (
        Address,
        Before::Usual,
        "
         city, city name, town, town name, suburb, zip, ort, wohnort, ville, ciudad, cidade, citta, stadt, stad, woonplaats, miasto, mesto,
         gorod, kaupunki, localidad, localite, poblacion, cep, rue, calle, rua, ulica, gata, apartment, bairro
        ",
    ),
    (
        Document,
        Before::Usual,
        "
         contact info, contact information, contact detail, contact data, kontaktdaten, customer info, customer detail, customer data,
         person data, personal data, personal info, personal detail, recipient info, recipient detail, address info, address detail, address
         data, kundendaten, coordonnee
        ",
    ),
];

/// Addresses that are not postal.
static MACHINES: List = LazyLock::new(|| {
    list(
        "
         ip, ipv, i, mac, wallet, memory, bus, modbus, register, node, network, net, server, host, web, website, url, uri, internet,
         bluetooth, ble, can, contract, token, hardware, hw, base, start, end, remote, listen, bind, peer, socket, broadcast, multicast,
         gateway, dns, src, dst, eth, btc, bitcoin, ethereum, crypto, slave, unit, device, endpoint, virtual, logical, link, http, https,
         smtp, proxy, local, interface, packet, chain, byte, cell, sheet, pin, port, tcp, udp, lan, wan, email, mail, onion, io, plc, opcua,
         coil, lora, sip, imap, ftp, forwarded
        ",
    )
});

/// Things that end in a word for phone and are none.
static DEVICES: List = LazyLock::new(|| {
    list(
        "
         i, smart, head, ear, micro, per
        ",
    )
});

/// Things that end in a word for e-mail and are none.
static VOICES: List = LazyLock::new(|| {
    list(
        "
         voice
        ",
    )
});

/// What has a first, last or full name without being a person.
static THINGS: List = LazyLock::new(|| {
    list(
        "
         product, file, domain, class, package, module, table, column, species, repo, repository, branch, font, instance
        ",
    )
});

/// Persons and organisations, by what they are to a business.
pub(super) static PERSONS: List = LazyLock::new(|| {
    list(
        "
         customer, cust, client, supplier, vendor, buyer, seller, lead, prospect, contact, person, company, organisation, organization, org,
         firm, business, employer, employee, member, guest, patient, passenger, owner, holder, sender, recipient, receiver, consignee,
         consignor, shipper, payer, payee, debtor, creditor, signer, signatory, author, driver, student, teacher, spouse, father, mother,
         husband, wife, partner, reseller, distributor, bidder, subscriber, attendee, participant, visitor, donor, applicant, candidate,
         borrower, renter, landlord, resident, beneficiary, representative, salesperson, assignee, technician, cardholder, accountholder,
         shopper, referrer, kunde, kunden, lieferant, lieferanten, firma, firmen, empfaenger, absender, inhaber, kaeufer, mitarbeiter,
         kontakt, cliente, fournisseur, proveedor, fornitore, fornecedor, societe, entreprise, empresa, azienda, contacto, contatto,
         contato, klant, leverancier, bedrijf, destinataire, destinatario, acheteur, comprador, kund, asiakas, yritys, klient, dostawca,
         odbiorca, foretag, virksomhed, utilisateur, usuario, utente
        ",
    )
});

/// What an address, a number or a person's record is for, and where in a form it stands.
pub(super) static PURPOSES: List = LazyLock::new(|| {
    list(
        "
         billing, bill, shipping, ship, to, from, delivery, deliver, invoice, mailing, postal, home, work, business, office, private,
         personal, primary, secondary, main, registered, residential, residence, permanent, current, previous, return, pickup, legal,
         emergency, end, final, portal, web, shop, checkout, guest, cart, order, crm, address, addr, street, liefer, lieferung, rechnung,
         rechnungs, versand, privat, geschaeft, geschaeftlich, dienstlich, livraison, facturation, envio, facturacion, fatturazione,
         spedizione, entrega, cobranca, domicile, domicilio, levering, factuur, verzend
        ",
    )
});

/// Purposes before a bare `name` that make it the name of whoever gets or pays: `billing_name`, `ship_to_name`.
pub(super) static NAMED_PURPOSES: List = LazyLock::new(|| {
    list(
        "
         billing, shipping, delivery, bill, ship, to, from
        ",
    )
});

/// Words that may follow a phrase without changing what the value is: `email_normalized`, `phone_e164`, `address_line_2`.
pub(super) static FOLLOWING: List = LazyLock::new(|| {
    list(
        "
         value, text, raw, normalized, normalised, normal, lower, lowercase, lowered, upper, clean, cleaned, cleansed, hash, hashed, sha,
         md, encrypted, enc, cipher, ciphertext, plain, e, t, primary, secondary, main, alt, alternate, alternative, work, business, home,
         private, personal, office, other, backup, old, new, previous, current, original, canonical, formatted, search, searchable, kana,
         latin, ascii, line, one, two, three, de, del, du, di, do, da, des, privat, geschaeftlich, dienstlich, livraison, facturation,
         envio, facturacion, fatturazione, spedizione, entrega, cobranca, billing, shipping, delivery, invoice
        ",
    )
});

/// A first word with which a name asks or counts instead of holding the value: `has_email`, `num_phones`.
pub(super) static ASKING: List = LazyLock::new(|| {
    list(
        "
         is, has, had, can, should, must, allow, allows, allowed, show, shows, hide, hides, use, uses, require, requires, required, want,
         wants, accept, accepts, enable, enabled, disable, no, send, sent, receive, needs, need, same, num, count, total, avg, max, min, sum
        ",
    )
});

/// Words after `email` that speak of a message, or of a program for messages, and not of an address.
pub(super) static MESSAGES: List = LazyLock::new(|| {
    list(
        "
         client, text, plain, line, delivery, invoice, search
        ",
    )
});

/// Columns that hold a person or an address in one JSON value.
pub(super) static JSON_DOCUMENTS: List = LazyLock::new(|| {
    list(
        "
         contact, customer, person, recipient, sender, buyer, seller, supplier, vendor, consignee, consignor, lead, prospect, passenger,
         patient, employee, cardholder, payer, payee, kunde, kontakt, lieferant, cliente
        ",
    )
});

/// Words that follow such a word without changing what it is.
pub(super) static JSON_FOLLOWING: List = LazyLock::new(|| {
    list(
        "
         info, detail, data, json, record, snapshot, profile, information
        ",
    )
});

/// Column types that hold e-mail addresses more often than not when the column is called so.
pub(super) static LOGIN_NAMES: List = LazyLock::new(|| {
    list(
        "
         login, recipient, sender, cc, bcc, reply to, to, from, contact
        ",
    )
});

/// Records of persons and organisations: a reference to one is a reference to identity.
pub(super) static IDENTITY_NOUNS: List = LazyLock::new(|| {
    list(
        "
         customer, cust, supplier, vendor, buyer, person, people, consignee, debtor, creditor, contact, kunde, kunden, lieferant,
         lieferanten, cliente, fournisseur, proveedor, fornitore, fornecedor, klant, leverancier, reseller, distributor, kontakt, contacto,
         contatto, contato
        ",
    )
});

/// Nouns that are records of identity in one schema and something else in the next: what the table holds decides.
pub(super) static DOUBTFUL_NOUNS: List = LazyLock::new(|| {
    list(
        "
         lead, prospect, client, user, member, guest, subscriber, employee, organisation, organization, bidder, seller, payer, payee,
         recipient, partner, patient, passenger, student, benutzer, utilisateur, usuario
        ",
    )
});

/// Every word of the lists above, by which names that are written in one piece are parted.
static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let spoken = SPOKEN.iter().flat_map(|(_, _, text)| text.split([',', ' ', '\n'])).filter(|word| !word.is_empty());
    let lists = [&PERSONS, &PURPOSES, &FOLLOWING, &IDENTITY_NOUNS, &DOUBTFUL_NOUNS].into_iter().flat_map(|list| list.iter().copied());
    spoken.chain(lists).chain(["username"]).collect()
});

pub(crate) fn knows(word: &str) -> bool {
    KNOWN.contains(word)
}
