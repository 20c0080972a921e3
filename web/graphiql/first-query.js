// The query that a first visitor finds in the editor: one person of the demo data with all roles and revenue.
export const FIRST_QUERY = `# The unified profile of John Doe:
# one party, many roles.
# A server in demo mode needs no token; for others
# set one below, under "Headers":
#   { "Authorization": "Bearer <token>" }
query JohnDoe {
  partyByEmail(email: "john.doe@example.com") {
    id
    displayName
    roles {
      role {
        code
        label
      }
    }
    revenue {
      currency
      gross {
        amount
      }
      net {
        amount
      }
    }
  }
}
`;
