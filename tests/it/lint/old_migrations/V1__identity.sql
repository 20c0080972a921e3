-- The tables of the time before the hub: each engine with its own copy of the same people.
-- SQLite takes these types as well, so that one file makes the schema in both databases.
CREATE TABLE customers (
    id uuid PRIMARY KEY,
    company_id uuid NOT NULL,
    name varchar(200) NOT NULL,
    email varchar(254),
    phone varchar(40),
    address text,
    entity_type varchar(40),
    roles jsonb,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamp NOT NULL
);

CREATE TABLE suppliers (
    id uuid PRIMARY KEY,
    company_id uuid NOT NULL,
    name varchar(200) NOT NULL,
    email varchar(254),
    phone varchar(40),
    address text,
    entity_type varchar(40),
    roles jsonb,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamp NOT NULL
);

CREATE TABLE leads (
    id uuid PRIMARY KEY,
    company_id uuid NOT NULL,
    lead_name varchar(200),
    company_name varchar(200),
    contact_email varchar(254),
    contact_phone varchar(40),
    lead_source varchar(40),
    status varchar(20) NOT NULL,
    qualification_score integer,
    assigned_to uuid,
    notes text,
    created_at timestamp NOT NULL
);

CREATE TABLE entity_types (
    code varchar(40) PRIMARY KEY,
    label varchar(100) NOT NULL
);

CREATE TABLE party_links (
    company_id uuid NOT NULL,
    source_type varchar(40) NOT NULL,
    source_id uuid NOT NULL,
    party_type varchar(40) NOT NULL,
    party_id uuid NOT NULL,
    linked_at timestamp NOT NULL,
    linked_by uuid,
    link_method varchar(20),
    confidence_score numeric(5, 4),
    notes text
);
