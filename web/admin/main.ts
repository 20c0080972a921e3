// Starts the admin pages.
import './theme';
import './icons';
import './app';
