-- Sign-ins under way at a provider are ceremonies too: one table holds them, sealed.
DROP TABLE sso_flows;
