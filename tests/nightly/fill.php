<?php
// Installs WordPress and writes the posts of tests/nightly/test_wordpress.py; prints what it made.
// php fill.php FOLDER URL
define('WP_INSTALLING', true);
[, $folder, $url] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($url, PHP_URL_HOST) . ':' . parse_url($url, PHP_URL_PORT);
$_SERVER['REQUEST_METHOD'] = 'GET';
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
require_once ABSPATH . 'wp-admin/includes/export.php';
add_filter('pre_wp_mail', '__return_true');

wp_install("Mender & Daughters \u{2013} notes", 'mira', 'mira@example.org', true, '', 'a password', '');
update_option('siteurl', $url);
update_option('home', $url);
update_option('timezone_string', 'America/Los_Angeles');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('WPLANG', '');
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules();
wp_update_user(['ID' => 1, 'display_name' => "Mira O\u{2019}Falk"]);
wp_delete_post(1, true);

$net = base64_decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==');
$file = wp_upload_bits('net.png', null, $net);
$picture = wp_insert_attachment(
    ['post_mime_type' => 'image/png', 'post_title' => 'net', 'post_status' => 'inherit'],
    $file['file'],
);
wp_update_attachment_metadata($picture, wp_generate_attachment_metadata($picture, $file['file']));
update_post_meta($picture, '_wp_attachment_image_alt', 'A torn net & a needle, "before"');

$trade = wp_create_category('Craft & Trade');
$nets = wp_insert_post(wp_slash([
    'post_author' => 1,
    'post_title' => "Nets & twine: it's <em>slow</em>, 5 < 6",
    'post_content' => "<!-- wp:paragraph -->\n<p>First the hole\u{2026} then the knot.</p>\n<!-- /wp:paragraph -->\n"
        . "<!-- wp:list --><ul><li>needle</li><li>twine</li></ul><!-- /wp:list -->",
    'post_excerpt' => 'A hole, a knot & patience.',
    'post_status' => 'publish',
    'post_date' => '2024-03-08 11:45:00',
    'post_category' => [$trade],
    'tags_input' => ['nets', 'slow food'],
]));
set_post_thumbnail($nets, $picture);
stick_post($nets);
wp_insert_post(wp_slash([
    'post_author' => 1,
    'post_title' => "\u{6F01}\u{7DB2}\u{3092}\u{76F4}\u{3059}",
    'post_content' => "A post from the classic editor,\non two lines.\n\nAnd a second paragraph [sic].",
    'post_status' => 'publish',
    'post_date' => '2024-07-01 00:30:00',
]));
$draft = wp_insert_post(['post_author' => 1, 'post_title' => 'Not yet', 'post_content' => 'Soon.', 'post_status' => 'draft']);
[$password] = WP_Application_Passwords::create_new_application_password(1, ['name' => 'reader']);

ob_start();
export_wp(['content' => 'all']);
file_put_contents("$folder/export.xml", ob_get_clean());
file_put_contents("$folder/made.json", json_encode(['nets' => $nets, 'draft' => $draft, 'password' => $password]));
