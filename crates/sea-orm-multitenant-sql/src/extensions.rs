//! Functions of well-known extensions of PostgreSQL, allowed a whole extension at a time.

/// An extension of PostgreSQL whose functions statements may call once it is allowed.
///
/// Each allows the functions that look at nothing but their arguments. Those that read tables by name, change tables or open files stay
/// refused.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Extension, Table, TenantType, scope_statement};
///
/// let catalogue = Catalogue::new([Table::tenant("place", "account_id", TenantType::BigInt)]).expect("no conflicts");
/// let sql = "SELECT ST_AsText(position) AS p FROM place";
/// assert!(scope_statement(&catalogue, Engine::Postgres, sql).is_err());
///
/// let catalogue = catalogue.with_extension(Extension::PostGis, None);
/// assert!(scope_statement(&catalogue, Engine::Postgres, sql).is_ok());
/// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT ST_EstimatedExtent('place', 'position') AS e").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Extension {
    /// PostGIS: geometries and geographies (<https://postgis.net/docs/reference.html>), without raster and topology.
    PostGis,
    /// pgvector: vectors and their distances (<https://github.com/pgvector/pgvector>).
    PgVector,
    /// `pg_trgm`: similarity of texts (PostgreSQL manual, F.35).
    PgTrgm,
    /// `TimescaleDB`: buckets of time and its aggregates (<https://docs.timescale.com/api/latest/>).
    TimescaleDb,
    /// pgcrypto: digests and encryption (PostgreSQL manual, F.28).
    PgCrypto,
}

impl Extension {
    /// The functions, in lower case.
    pub(crate) fn functions(self) -> &'static [&'static str] {
        match self {
            Self::PostGis => POSTGIS,
            Self::PgVector => PGVECTOR,
            Self::PgTrgm => PG_TRGM,
            Self::TimescaleDb => TIMESCALEDB,
            Self::PgCrypto => PGCRYPTO,
        }
    }
}

#[rustfmt::skip]
const POSTGIS: &[&str] = &[
    "st_3dclosestpoint", "st_3ddistance", "st_3ddwithin", "st_3dextent", "st_3dintersects", "st_3dlength",
    "st_addpoint", "st_affine", "st_angle", "st_area", "st_asbinary", "st_asencodedpolyline", "st_asewkb",
    "st_asewkt", "st_asgeobuf", "st_asgeojson", "st_asgml", "st_ashexewkb", "st_askml", "st_aslatlontext",
    "st_asmvt", "st_asmvtgeom", "st_assvg", "st_astext", "st_astwkb", "st_azimuth", "st_boundary",
    "st_boundingdiagonal", "st_buffer", "st_buildarea", "st_centroid", "st_chaikinsmoothing",
    "st_clipbybox2d", "st_closestpoint", "st_clusterdbscan", "st_clusterintersecting", "st_clusterkmeans",
    "st_clusterwithin", "st_collect", "st_collectionextract", "st_collectionhomogenize", "st_concavehull",
    "st_contains", "st_containsproperly", "st_convexhull", "st_coorddim", "st_coveredby", "st_covers",
    "st_crosses", "st_curvetoline", "st_delaunaytriangles", "st_difference", "st_dimension", "st_disjoint",
    "st_distance", "st_distancesphere", "st_distancespheroid", "st_dump", "st_dumppoints", "st_dumprings",
    "st_dumpsegments", "st_dwithin", "st_endpoint", "st_envelope", "st_equals", "st_expand", "st_extent",
    "st_exteriorring", "st_flipcoordinates", "st_force2d", "st_force3d", "st_force4d", "st_forcecollection",
    "st_forcepolygonccw", "st_forcepolygoncw", "st_frechetdistance", "st_generatepoints", "st_geogfromtext",
    "st_geogfromwkb", "st_geographyfromtext", "st_geohash", "st_geometricmedian", "st_geometryfromtext",
    "st_geometryn", "st_geometrytype", "st_geomfromewkb", "st_geomfromewkt", "st_geomfromgeohash",
    "st_geomfromgeojson", "st_geomfromgml", "st_geomfromkml", "st_geomfromtext", "st_geomfromwkb",
    "st_hasarc", "st_hausdorffdistance", "st_hexagon", "st_hexagongrid", "st_interiorringn",
    "st_interpolatepoint", "st_intersection", "st_intersects", "st_isclosed", "st_iscollection",
    "st_isempty", "st_isring", "st_issimple", "st_isvalid", "st_isvaliddetail", "st_isvalidreason",
    "st_length", "st_length2d", "st_lengthspheroid", "st_linecrossingdirection", "st_lineextend",
    "st_linefromencodedpolyline", "st_linefromtext", "st_lineinterpolatepoint", "st_lineinterpolatepoints",
    "st_linelocatepoint", "st_linemerge", "st_linesubstring", "st_linetocurve", "st_longestline", "st_m",
    "st_makebox2d", "st_makeenvelope", "st_makeline", "st_makepoint", "st_makepointm", "st_makepolygon",
    "st_makevalid", "st_maxdistance", "st_memunion", "st_minimumboundingcircle",
    "st_minimumboundingradius", "st_minimumclearance", "st_multi", "st_ndims", "st_node", "st_normalize",
    "st_npoints", "st_nrings", "st_numgeometries", "st_numinteriorrings", "st_numpoints", "st_offsetcurve",
    "st_orderingequals", "st_orientedenvelope", "st_overlaps", "st_perimeter", "st_point",
    "st_pointfromgeohash", "st_pointfromtext", "st_pointinsidecircle", "st_pointn", "st_pointonsurface",
    "st_points", "st_pointz", "st_polygon", "st_polygonfromtext", "st_polygonize", "st_project",
    "st_quantizecoordinates", "st_reduceprecision", "st_relate", "st_removepoint",
    "st_removerepeatedpoints", "st_reverse", "st_rotate", "st_scale", "st_segmentize", "st_setpoint",
    "st_setsrid", "st_sharedpaths", "st_shiftlongitude", "st_shortestline", "st_simplify",
    "st_simplifypreservetopology", "st_simplifyvw", "st_snap", "st_snaptogrid", "st_split", "st_square",
    "st_squaregrid", "st_srid", "st_startpoint", "st_subdivide", "st_summary", "st_swapordinates",
    "st_symdifference", "st_tileenvelope", "st_touches", "st_transform", "st_translate", "st_unaryunion",
    "st_union", "st_voronoilines", "st_voronoipolygons", "st_within", "st_wrapx", "st_x", "st_xmax",
    "st_xmin", "st_y", "st_ymax", "st_ymin", "st_z", "st_zmax", "st_zmflag", "st_zmin",
];

#[rustfmt::skip]
const PGVECTOR: &[&str] = &[
    "binary_quantize", "cosine_distance", "hamming_distance", "inner_product", "jaccard_distance",
    "l1_distance", "l2_distance", "l2_norm", "l2_normalize", "subvector", "vector_dims", "vector_norm",
];

const PG_TRGM: &[&str] = &["show_trgm", "similarity", "strict_word_similarity", "word_similarity"];

#[rustfmt::skip]
const TIMESCALEDB: &[&str] = &[
    "approx_percentile", "average", "counter_agg", "delta", "distinct_count", "first", "histogram",
    "hyperloglog", "interpolate", "last", "locf", "num_vals", "percentile_agg", "rate",
    "stats_agg", "stddev", "time_bucket", "time_bucket_gapfill", "time_weight", "uddsketch", "variance",
];

#[rustfmt::skip]
const PGCRYPTO: &[&str] = &[
    "armor", "crypt", "dearmor", "decrypt", "decrypt_iv", "digest", "encrypt", "encrypt_iv",
    "gen_random_bytes", "gen_random_uuid", "gen_salt", "hmac", "pgp_armor_headers", "pgp_key_id",
    "pgp_pub_decrypt", "pgp_pub_decrypt_bytea", "pgp_pub_encrypt", "pgp_pub_encrypt_bytea",
    "pgp_sym_decrypt", "pgp_sym_decrypt_bytea", "pgp_sym_encrypt", "pgp_sym_encrypt_bytea",
];

#[cfg(test)]
mod tests {
    use super::Extension;
    use crate::functions::refusal_reason;

    #[test]
    fn no_extension_allows_a_function_that_is_refused() {
        use Extension::{PgCrypto, PgTrgm, PgVector, PostGis, TimescaleDb};
        for extension in [PostGis, PgVector, PgTrgm, TimescaleDb, PgCrypto] {
            let functions = extension.functions();
            assert!(functions.windows(2).all(|pair| pair[0] < pair[1]), "{extension:?}");
            for name in functions {
                assert_eq!(refusal_reason(name), None, "{name}");
            }
        }
    }
}
