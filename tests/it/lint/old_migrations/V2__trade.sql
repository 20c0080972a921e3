CREATE TABLE opportunities (
    id uuid PRIMARY KEY,
    company_id uuid NOT NULL,
    lead_id uuid REFERENCES leads (id),
    customer_id uuid,
    opportunity_name varchar(200) NOT NULL,
    value_estimate numeric(14, 2),
    stage varchar(20) NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE TABLE buyer_accounts (
    id uuid PRIMARY KEY,
    company_id uuid NOT NULL,
    customer_id uuid REFERENCES customers (id),
    auction_house_id uuid NOT NULL,
    external_buyer_id varchar(80),
    username varchar(80),
    rating_score numeric(4, 2),
    name varchar(200),
    email varchar(254),
    phone varchar(40)
);

CREATE TABLE bids (
    id uuid PRIMARY KEY,
    buyer_account_id uuid NOT NULL REFERENCES buyer_accounts (id),
    is_winning boolean NOT NULL
);

CREATE TABLE shopping_carts (
    id uuid PRIMARY KEY,
    session_id varchar(80) NOT NULL,
    customer_email varchar(254),
    items jsonb NOT NULL,
    expires_at timestamp,
    customer_id uuid
);

CREATE TABLE customer_portal_users (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id),
    portal_email varchar(254) NOT NULL,
    last_login timestamp
);

CREATE TABLE website_addresses (
    id uuid PRIMARY KEY,
    customer_id uuid,
    address_type varchar(20),
    recipient_name varchar(200),
    street varchar(200),
    house_number varchar(20),
    city varchar(100),
    postcode varchar(20),
    country char(2),
    is_default boolean
);

CREATE TABLE itad_projects (
    id uuid PRIMARY KEY,
    customer_id uuid,
    project_name varchar(200),
    revenue_share_percent numeric(5, 2)
);

CREATE TABLE sales_invoices (
    id uuid PRIMARY KEY,
    customer_id uuid REFERENCES customers (id),
    total_amount numeric(14, 2) NOT NULL,
    order_type varchar(40),
    sales_channel varchar(40)
);

CREATE TABLE component_sales (
    id uuid PRIMARY KEY,
    buyer_id uuid,
    sale_price numeric(14, 2) NOT NULL,
    sales_invoice_id uuid REFERENCES sales_invoices (id)
);

CREATE TABLE revenue_share_transactions (
    id uuid PRIMARY KEY,
    customer_id uuid,
    settlement_amount numeric(14, 2) NOT NULL
);
